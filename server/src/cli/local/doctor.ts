import type { ConfigInput } from '../../app/config.ts';
import { ConfigError } from '../../app/config-error.ts';
import { examine } from '../../app/doctor/examine.ts';
import { broken } from '../../app/doctor/finding.ts';
import type { Finding } from '../../app/doctor/finding.ts';
import { exitCodes } from '../../app/exit-codes.ts';
import { loadConfig } from '../../app/load-config.ts';
import { command, jsonOption } from '../command.ts';
import { configOptions } from '../config-options.ts';
import { printJson, printLines } from '../output/print.ts';
import type { Shell } from '../shell.ts';

type DoctorOptions = ConfigInput & { readonly integrity?: boolean; readonly json?: boolean };

/** `posthorn doctor`: what is wrong here, and what mends it. */
export const doctorCommand = command<DoctorOptions>({
  name: 'doctor',
  summary: 'check what a server rests on, and say what mends it',
  examples: ['posthorn doctor', 'posthorn doctor --data /var/lib/posthorn --json'],
  about: [
    'Looks at Node, settings, data directory, keys, disk, database and server; changes nothing.',
    'Exit code 1 if something has failed.',
  ],
  options: [
    ...configOptions,
    { flags: '--no-integrity', says: 'do not read the whole database, which may take long' },
    jsonOption,
  ],
  run: async ({ shell, options }) => {
    const findings = await findAll(shell, options);
    const isWell = findings.every((each) => each.is !== 'fail');
    if (options.json === true) printJson(shell, { ok: isWell, findings });
    else printLines(shell, findings.flatMap(linesOf));
    return isWell ? exitCodes.ok : exitCodes.failed;
  },
});

/** Settings that cannot be read are a finding like any other; nothing can be looked at then. */
async function findAll(shell: Shell, options: DoctorOptions): Promise<Finding[]> {
  try {
    const { config } = await loadConfig(options, shell.env);
    return await examine(config, { isChecked: options.integrity !== false, now: shell.now });
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause;
    return [broken('settings', cause.message, 'see posthorn config explain')];
  }
}

function linesOf({ check, is, says, fix }: Finding): string[] {
  const line = `${is.padEnd(4)}  ${check.padEnd(12)}  ${says}`;
  return fix === null ? [line] : [line, `${' '.repeat(20)}→ ${fix}`];
}
