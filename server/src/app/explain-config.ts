import { limits } from '../core/limits.ts';
import type { ConfigInput } from './config.ts';
import { keptFiles } from './data-dir.ts';
import { loadConfig } from './load-config.ts';
import type { LoadedConfig } from './load-config.ts';
import type { Origin } from './settings.ts';

/** A setting as it stands, and why. */
export type ExplainedSetting = {
  readonly value: unknown;
  readonly origin: Origin;
  readonly says: string;
  /** By what it can be set. */
  readonly ways: readonly string[];
};

/** Everything a server would run by; secrets are masked. */
export type ExplainedConfig = {
  readonly file: string | null;
  readonly settings: Readonly<Record<string, ExplainedSetting>>;
  readonly limits: Readonly<Record<string, { readonly value: number; readonly origin: Origin }>>;
};

type Environment = Readonly<Record<string, string | undefined>>;

const masked = '********';

/** Reads the settings as `serve` does, and says of each where it comes from. */
export async function explainConfig(
  flags: ConfigInput,
  environment: Environment,
): Promise<ExplainedConfig> {
  const loaded = await loadConfig(flags, environment);
  return {
    file: loaded.file,
    settings: { ...plainSettings(loaded), ...(await secretSettings(loaded)) },
    limits: Object.fromEntries(
      Object.entries(limits).map(([name, value]) => [name, { value, origin: 'default' as const }]),
    ),
  };
}

function plainSettings({ resolved }: LoadedConfig): Record<string, ExplainedSetting> {
  return Object.fromEntries(
    resolved.map(({ setting, value, origin }) => [
      setting.name,
      {
        value: value ?? (setting.kind === 'switch' ? false : setting.fallback),
        origin,
        says: setting.says,
        ways: [setting.flags, setting.environment],
      },
    ]),
  );
}

async function secretSettings({ config }: LoadedConfig): Promise<Record<string, ExplainedSetting>> {
  const kept = await keptFiles(config.dataDir);
  return {
    adminKey: {
      ...secret(config.adminKey !== null, kept.has('operator.key')),
      says: 'the operator key; one is made at the first start',
      ways: ['POSTHORN_ADMIN_KEY'],
    },
    masterKey: {
      ...secret(config.masterKey !== null, kept.has('master.key')),
      says: 'encrypts secrets at rest; one is made at the first start',
      ways: ['POSTHORN_MASTER_KEY'],
    },
  };
}

function secret(isSaid: boolean, isKept: boolean): Pick<ExplainedSetting, 'value' | 'origin'> {
  if (isSaid) return { value: masked, origin: 'environment' };
  return isKept ? { value: masked, origin: 'file' } : { value: null, origin: 'default' };
}
