import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Posthorn } from '@posthorn/sdk';
import { PageServer } from '../page/page-server.ts';
import { Child } from './child.ts';

const here = import.meta.dirname;
const serverFile = join(here, '..', '..', '..', 'server', 'src', 'cli', 'main.ts');
const agentFile = join(here, '..', 'agents', 'agent-process.ts');
const apiKey = 'ph_agent-chain-0123456789-0123456789-ab';

/** Soon enough for an example; the standard schedule waits for days. */
const retry = {
  kind: 'schedule',
  delaysMs: [0, 300, 600, 900, 1_200, 1_500, 2_000, 2_000, 2_000],
  jitter: 0,
} as const;

/** A Posthorn with agents around it, each a process on loopback. */
export class AgentStage implements AsyncDisposable {
  readonly url: string;
  readonly posthorn: Posthorn;
  readonly page: PageServer;
  /** How often each agent was started. */
  readonly starts = new Map<string, number>();
  readonly #folder: string;
  readonly #opened: AsyncDisposableStack;
  #isClosing = false;

  private constructor(
    { url, page, folder }: { url: string; page: PageServer; folder: string },
    opened: AsyncDisposableStack,
  ) {
    this.url = url;
    this.page = page;
    this.posthorn = new Posthorn({ url, apiKey });
    this.#folder = folder;
    this.#opened = opened;
  }

  static async open(): Promise<AgentStage> {
    await using opened = new AsyncDisposableStack();
    const folder = mkdtempSync(join(tmpdir(), 'agent-chain-'));
    opened.defer(() => rmSync(folder, { recursive: true, force: true }));
    const page = opened.use(await PageServer.open());
    const data = ['--data', join(folder, 'posthorn-data')];
    const args = ['serve', '--dev', '--port', '0', ...data, '--cors-origin', page.origin];
    const env = { PATH: process.env['PATH'], POSTHORN_ADMIN_KEY: apiKey };
    const server = await Child.start([serverFile, ...args], {
      ...{ env, pattern: /listening on (http:\/\/\S+)/ },
    });
    opened.use(server);
    return new AgentStage({ url: server.said, page, folder }, opened.move());
  }

  /** Starts an agent, and again whenever it dies; answers its endpoint. */
  async add(name: string, types: readonly string[]): Promise<string> {
    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    const folder = join(this.#folder, name);
    mkdirSync(folder);
    const env = {
      ...{ PATH: process.env['PATH'], SECRET: secret, FOLDER: folder },
      ...{ POSTHORN_URL: this.url, POSTHORN_KEY: apiKey },
    };
    const port = await this.#keepAlive(name, env);
    const url = `http://127.0.0.1:${port}/webhooks`;
    const endpoint = await this.posthorn.endpoints.create({
      ...{ url, secret, retry, types: [...types], description: `the ${name} agent` },
    });
    return endpoint.id;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true;
    await this.#opened.disposeAsync();
  }

  async #keepAlive(name: string, env: NodeJS.ProcessEnv): Promise<string> {
    const pattern = /listening on (\d+)/;
    const child = await Child.start([agentFile, name], { env, pattern });
    this.#opened.use(child);
    this.starts.set(name, (this.starts.get(name) ?? 0) + 1);
    void child.ended.then(async () => {
      if (!this.#isClosing) await this.#keepAlive(name, { ...env, PORT: child.said });
    });
    return child.said;
  }
}
