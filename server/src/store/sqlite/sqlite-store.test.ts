import { owedContract } from '../contract/all.contract.ts';
import { inThreads } from './contract/in-threads.ts';

owedContract('SQLite in threads', inThreads);
