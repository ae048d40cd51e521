/** `agent-process.ts NAME`: one agent, as a process that receives webhooks. */
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createHandler, Posthorn, toNodeHandler } from '@posthorn/sdk';
import type { Agent } from './agent.ts';
import { fileSeenStore } from './file-seen-store.ts';
import { LocalBundles } from './local-bundles.ts';
import { research } from './research.ts';
import { review } from './review.ts';
import { synthesis } from './synthesis.ts';

const agents: Readonly<Record<string, Agent>> = { research, synthesis, review };

const agent = agents[process.argv[2] ?? ''];
const { POSTHORN_URL = '', POSTHORN_KEY = '', SECRET = '', FOLDER = '', PORT = '0' } = process.env;
if (agent === undefined) throw new Error(`there is no agent ${process.argv[2] ?? ''}`);

const posthorn = new Posthorn({ url: POSTHORN_URL, apiKey: POSTHORN_KEY });
const bundles = new LocalBundles(posthorn, FOLDER);
const handler = createHandler({
  secret: SECRET,
  store: fileSeenStore(join(FOLDER, 'seen.db')),
  on: agent({ posthorn, bundles, folder: FOLDER }),
  // So soon after a crash the event may be processed again; the default suits longer work.
  leaseMs: 1_000,
});

const server = createServer(toNodeHandler(handler)).listen(Number(PORT), '127.0.0.1', () => {
  const address = server.address();
  console.log(`listening on ${typeof address === 'object' ? (address?.port ?? 0) : 0}`);
});
