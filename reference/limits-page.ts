import { settings } from '../server/src/app/settings.ts';
import { limitMeanings } from '../server/src/core/limit-meanings.ts';
import { limits } from '../server/src/core/limits.ts';
import { code, pageText, tableText } from './markdown.ts';
import { readable } from './readable.ts';

const intro = `# Settings and limits

\`posthorn config\` shows what a server would run by, \`posthorn config explain\` also where each
value comes from. This page is made from \`server/src/app/settings.ts\`,
\`server/src/core/limits.ts\` and \`server/src/core/limit-meanings.ts\`.`;

const settingsIntro = `## Settings

An option wins over the environment, the environment over the file that \`--config\` or
\`POSTHORN_CONFIG\` names: one JSON object by the names of the first column. In the environment a
list is parted by commas, and a switch is \`true\` or \`false\`.`;

const secretsIntro = `Those that hold secrets are in the environment alone:`;

const clientIntro = `Commands that speak to a server also read:`;

const limitsIntro = `## Limits

They are fixed; what can be set per endpoint, tenant or event type stands in the
[API](api.md). What is past a limit is refused with a [problem](problems.md) that names it.`;

const secrets = [
  ['POSTHORN_ADMIN_KEY', 'the operator key; one is made at the first start'],
  ['POSTHORN_MASTER_KEY', 'base64 of 32 bytes that encrypt secrets; made at the first start'],
] as const;

const client = [
  ['POSTHORN_URL', 'the server; else the one that runs in the data directory'],
  ['POSTHORN_API_KEY', 'an access key; else the operator key in the data directory'],
  ['POSTHORN_DATA', 'a server’s data directory'],
  ['NO_COLOR', 'no colours when it is set'],
] as const;

/** `docs/reference/limits.md`, made from the settings and the table of limits. */
export function limitsPage(): string {
  return pageText([
    ...[intro, settingsIntro, settingsTable()],
    ...[secretsIntro, variablesTable(secrets), clientIntro, variablesTable(client)],
    ...[limitsIntro, limitsTable()],
  ]);
}

function settingsTable(): string {
  const columns = ['in the file', 'option', 'environment', 'default', 'means'];
  const rows = settings.map(({ name, flags, environment, kind, fallback, says }) => [
    ...[code(name), code(flags), code(environment)],
    ...[code(kind === 'switch' ? 'false' : fallback), says],
  ]);
  return tableText({ columns, rows });
}

function variablesTable(variables: readonly (readonly [name: string, says: string])[]): string {
  const rows = variables.map(([name, says]) => [code(name), says]);
  return tableText({ columns: ['environment', 'means'], rows });
}

function limitsTable(): string {
  const rows = Object.entries<number>(limits).map(([name, value]) => [
    ...[code(name), readable(name, value)],
    limitMeanings[name as keyof typeof limits] ?? '',
  ]);
  return tableText({ columns: ['limit', 'value', 'bounds'], rows });
}
