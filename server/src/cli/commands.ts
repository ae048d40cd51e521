import type { CliCommand, Noun } from './command.ts';

/** A command or noun that is loaded when it is wanted. */
type Entry = readonly [name: string, load: () => Promise<CliCommand | Noun>];

/** Commands under one heading of the help. */
export type CommandGroup = {
  readonly heading: string;
  readonly commands: readonly (CliCommand | Noun)[];
};

/** Every command, in the order of the help. */
const groups: readonly { readonly heading: string; readonly entries: readonly Entry[] }[] = [
  {
    heading: 'Run:',
    entries: [
      ['serve', async () => (await import('./serve.ts')).serveCommand],
      ['demo', async () => (await import('./demo.ts')).demoCommand],
    ],
  },
  {
    heading: 'Publish, and see what became of it:',
    entries: [
      ['send', async () => (await import('./send.ts')).sendCommand],
      ['listen', async () => (await import('./listen.ts')).listenCommand],
      ['tasks', async () => (await import('./nouns/tasks.ts')).tasksNoun],
      ['context', async () => (await import('./nouns/entities.ts')).contextNoun],
      ['entities', async () => (await import('./nouns/entities.ts')).entitiesNoun],
      ['bundles', async () => (await import('./nouns/bundles.ts')).bundlesNoun],
      ['events', async () => (await import('./nouns/events.ts')).eventsNoun],
      ['chains', async () => (await import('./nouns/chains.ts')).chainsNoun],
      ['deliveries', async () => (await import('./nouns/deliveries.ts')).deliveriesNoun],
      ['attempts', async () => (await import('./nouns/attempts.ts')).attemptsNoun],
      ['replay', async () => (await import('./nouns/replay.ts')).replayNoun],
      ['stats', async () => (await import('./stats.ts')).statsCommand],
      ['mcp', async () => (await import('./mcp.ts')).mcpCommand],
    ],
  },
  {
    heading: 'Set up:',
    entries: [
      ['endpoints', async () => (await import('./nouns/endpoints.ts')).endpointsNoun],
      ['subscriptions', async () => (await import('./nouns/subscriptions.ts')).subscriptionsNoun],
      ['event-types', async () => (await import('./nouns/event-types.ts')).eventTypesNoun],
      ['keys', async () => (await import('./nouns/keys.ts')).keysNoun],
      ['tenants', async () => (await import('./nouns/tenants.ts')).tenantsNoun],
    ],
  },
  {
    heading: 'Try signatures and addresses:',
    entries: [
      ['sign', async () => (await import('./local/sign.ts')).signCommand],
      ['verify', async () => (await import('./local/verify.ts')).verifyCommand],
      ['check-address', async () => (await import('./local/check-address.ts')).checkAddressCommand],
    ],
  },
  {
    heading: 'Operate:',
    entries: [
      ['doctor', async () => (await import('./local/doctor.ts')).doctorCommand],
      ['config', async () => (await import('./local/config.ts')).configNoun],
      ['backup', async () => (await import('./local/backup.ts')).backupCommand],
      ['restore', async () => (await import('./local/restore.ts')).restoreCommand],
      ['openapi', async () => (await import('./local/openapi.ts')).openApiCommand],
      ['version', async () => (await import('./local/version.ts')).versionCommand],
    ],
  },
];

/** The one command of this name, since a start has no need of the others; else all of them. */
export async function loadCommands(name?: string): Promise<CommandGroup[]> {
  const named = groups.flatMap(({ heading, entries }) => {
    const found = entries.filter(([each]) => each === name);
    return found.length === 0 ? [] : [{ heading, entries: found }];
  });
  return Promise.all(
    (named.length === 0 ? groups : named).map(async ({ heading, entries }) => ({
      heading,
      commands: await Promise.all(entries.map(([, load]) => load())),
    })),
  );
}
