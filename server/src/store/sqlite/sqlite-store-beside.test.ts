import { besideContract } from '../contract/all.contract.ts';
import { inThreads } from './contract/in-threads.ts';

besideContract('SQLite in threads', inThreads);
