import type { CliCommand, Noun } from './command.ts';
import { demoCommand } from './demo.ts';
import { listenCommand } from './listen.ts';
import { backupCommand } from './local/backup.ts';
import { checkAddressCommand } from './local/check-address.ts';
import { configNoun } from './local/config.ts';
import { doctorCommand } from './local/doctor.ts';
import { openApiCommand } from './local/openapi.ts';
import { restoreCommand } from './local/restore.ts';
import { signCommand } from './local/sign.ts';
import { verifyCommand } from './local/verify.ts';
import { versionCommand } from './local/version.ts';
import { mcpCommand } from './mcp.ts';
import { attemptsNoun } from './nouns/attempts.ts';
import { bundlesNoun } from './nouns/bundles.ts';
import { chainsNoun } from './nouns/chains.ts';
import { deliveriesNoun } from './nouns/deliveries.ts';
import { contextNoun, entitiesNoun } from './nouns/entities.ts';
import { endpointsNoun } from './nouns/endpoints.ts';
import { eventTypesNoun } from './nouns/event-types.ts';
import { eventsNoun } from './nouns/events.ts';
import { keysNoun } from './nouns/keys.ts';
import { replayNoun } from './nouns/replay.ts';
import { subscriptionsNoun } from './nouns/subscriptions.ts';
import { tasksNoun } from './nouns/tasks.ts';
import { tenantsNoun } from './nouns/tenants.ts';
import { sendCommand } from './send.ts';
import { serveCommand } from './serve.ts';
import { statsCommand } from './stats.ts';

type Group = { readonly heading: string; readonly commands: readonly (CliCommand | Noun)[] };

/** Every command, in the order of the help. */
export const commandTable: readonly Group[] = [
  { heading: 'Run:', commands: [serveCommand, demoCommand] },
  {
    heading: 'Publish, and see what became of it:',
    commands: [
      sendCommand,
      listenCommand,
      tasksNoun,
      contextNoun,
      entitiesNoun,
      bundlesNoun,
      eventsNoun,
      chainsNoun,
      deliveriesNoun,
      attemptsNoun,
      replayNoun,
      statsCommand,
      mcpCommand,
    ],
  },
  {
    heading: 'Set up:',
    commands: [endpointsNoun, subscriptionsNoun, eventTypesNoun, keysNoun, tenantsNoun],
  },
  {
    heading: 'Try signatures and addresses:',
    commands: [signCommand, verifyCommand, checkAddressCommand],
  },
  {
    heading: 'Operate:',
    commands: [
      ...[doctorCommand, configNoun, backupCommand, restoreCommand],
      ...[openApiCommand, versionCommand],
    ],
  },
];
