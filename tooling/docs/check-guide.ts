import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { projectRoot } from '../rules/project-files.ts';
import { GuideShell } from './guide-shell.ts';
import { missingLine } from './match-output.ts';
import { readBlocks } from './read-blocks.ts';
import type { Block } from './read-blocks.ts';

/** What came of one block; `skipped` says why it was left out. */
export type BlockResult = {
  readonly line: number;
  readonly says: string;
  readonly problem: string | null;
  readonly skipped: string | null;
};

/** The ports that guides name; each becomes one that is free. */
const shownPorts = ['4410', '3000', '3001'];
const shells = new Set(['sh', 'bash']);
const unread = new Set(['', 'text', 'mermaid', 'http', 'diff']);

/**
 * Does what a guide shows, in a folder of its own.
 *
 * `sh` is run, in order; `sh background waits=PORT` is left running; a block with `file=NAME` is
 * written; `output` after `sh` is what that must have printed; `json` must be JSON; `skip=REASON`
 * (words joined by `-`) leaves a block out, and is counted. Any other language needs a file name.
 */
export async function checkGuide(path: string): Promise<BlockResult[]> {
  const cache = join(projectRoot, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const cwd = mkdtempSync(join(cache, 'guide-'));
  const ports = await freePorts();
  const blocks = readBlocks(withPorts(readFileSync(path, 'utf8'), ports));
  try {
    for (const part of ['posthorn', 'launcher.mjs']) {
      symlinkSync(join(projectRoot, part), join(cwd, part));
    }
    await using shell = new GuideShell({ cwd, env: environment(cwd, ports) });
    return await doBlocks(blocks, { cwd, shell });
  } finally {
    rmSync(cwd, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function doBlocks(
  blocks: readonly Block[],
  { cwd, shell }: { cwd: string; shell: GuideShell },
): Promise<BlockResult[]> {
  const results: BlockResult[] = [];
  const state = { cwd, shell, output: '' };
  for (const block of blocks) {
    const skipped = block.marks.get('skip') ?? null;
    const problem = skipped === null ? await doBlock(block, state) : null;
    const says = `${block.language} ${[...block.marks.keys()].join(' ')}`.trim();
    results.push({ line: block.line, says, problem, skipped });
    // What follows would only fail for the same reason.
    if (problem !== null) break;
  }
  return results;
}

type State = { readonly cwd: string; readonly shell: GuideShell; output: string };

async function doBlock(block: Block, state: State): Promise<string | null> {
  const { language, marks, text } = block;
  const file = marks.get('file');
  if (file !== undefined) return write(join(state.cwd, file), text);
  if (marks.has('output')) {
    const missing = missingLine(text, state.output);
    return missing === null ? null : `"${missing}" was not printed, but:\n${state.output}`;
  }
  if (shells.has(language)) return marks.has('background') ? leave(block, state) : run(text, state);
  if (language === 'json') return jsonProblem(text);
  return unread.has(language) ? null : `a block of ${language} needs file=NAME`;
}

async function run(text: string, state: State): Promise<string | null> {
  const { output, code } = await state.shell.run(text);
  state.output = output;
  return code === 0 ? null : `ended with ${code}:\n${output}`;
}

async function leave({ marks, text }: Block, { shell }: State): Promise<string | null> {
  try {
    await shell.leaveRunning(text, Number(marks.get('waits')));
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function write(path: string, text: string): null {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return null;
}

function jsonProblem(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return `is not JSON: ${String(error)}`;
  }
}

function environment(home: string, ports: ReadonlyMap<string, number>): NodeJS.ProcessEnv {
  const path = [dirname(process.execPath), process.env.PATH ?? ''].join(':');
  // Guides leave the port away where the usual one is meant.
  const port = String(ports.get('4410'));
  return { HOME: home, PATH: path, LANG: 'C.UTF-8', NO_COLOR: '1', POSTHORN_PORT: port };
}

function withPorts(text: string, ports: ReadonlyMap<string, number>): string {
  return text.replaceAll(/\b(\d{4})\b/g, (port) => String(ports.get(port) ?? port));
}

async function freePorts(): Promise<Map<string, number>> {
  const found = await Promise.all(
    shownPorts.map(async (port) => [port, await freePort()] as const),
  );
  return new Map(found);
}

function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        resolve(typeof address === 'object' && address !== null ? address.port : 0),
      );
    });
  });
}
