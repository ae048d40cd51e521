import { Type } from '../schemas/type.ts';
import type { Static } from 'typebox';
import { AppError } from '../../core/app-error.ts';
import { alertDefaultsId } from '../../core/alert/contact.ts';
import type { AlertDefaults } from '../../core/alert/contact.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { limits } from '../../core/limits.ts';
import type { Stored } from '../../store/catalogue-mirror.ts';
import { assertValid, checkerOf } from '../checker.ts';
import type { ApiDeps } from '../deps.ts';
import { assertMatches, etagOf } from '../etag.ts';
import { mergePatch } from '../merge-patch.ts';
import { assertContacts, readAlerts } from '../read-alerts.ts';
import { route } from '../route.ts';
import type { Answer } from '../route.ts';
import { alertFields, alertSettings } from '../schemas/alert-schema.ts';
import { closed } from '../schemas/fields.ts';
import { alertView } from '../views/alert-view.ts';

const SettingsBody = closed(alertSettings);
const DefaultsBody = closed(alertFields);
const PatchBody = Type.Unsafe<JsonObject>({
  type: 'object',
  description: 'Alert settings: only what is named changes; null means the default.',
});

const checkSettings = checkerOf(SettingsBody);

const readDefaults = route({
  method: 'GET',
  path: '/v1/alert-defaults',
  summary: 'Show what holds for tenants and endpoints that say nothing of alerts themselves',
  scope: 'read',
  isOperators: true,
  isTenantless: true,
  answers: { 200: DefaultsBody },
  fails: [],
  handle: (_call, deps) => shown(find(deps)),
});

const changeDefaults = route({
  method: 'PATCH',
  path: '/v1/alert-defaults',
  summary: 'Change them by JSON Merge Patch',
  scope: 'admin',
  isOperators: true,
  isTenantless: true,
  body: PatchBody,
  contentTypes: ['application/json', 'application/merge-patch+json'],
  answers: { 200: DefaultsBody },
  fails: ['validation_failed', 'address_forbidden', 'version_mismatch', 'conflict'],
  handle: async (call, deps) => {
    for (let tries = 1; tries <= limits.acceptTries; tries += 1) {
      const found = find(deps);
      assertMatches(call, found?.version ?? 0);
      const value = patched(deps, found, call.body);
      const resource = { kind: 'alertDefaults', value } as const;
      const writes = [{ resource, expects: found?.version ?? null, remove: false }];
      const answer = await deps.mirror.change({ tenantId: null, writes, idempotency: null });
      if (answer.is === 'changed') return shown(find(deps));
      await deps.mirror.refresh();
    }
    throw new AppError('conflict');
  },
});

/** Routes about the operator's own alert settings. */
export const alertDefaultsRoutes = [readDefaults, changeDefaults];

type Found = Stored<'alertDefaults'> | null;

function find({ mirror }: Pick<ApiDeps, 'mirror'>): Found {
  return mirror.get('alertDefaults', null, alertDefaultsId);
}

function patched(deps: ApiDeps, found: Found, patch: JsonObject): AlertDefaults {
  const { contacts = [], alert = null } = found?.value ?? {};
  const merged = mergePatch({ contacts, alert } as unknown as Json, patch);
  assertValid(checkSettings(merged));
  const settings = merged as Static<typeof SettingsBody>;
  if ('contacts' in patch) assertContacts(deps, settings, null);
  const now = deps.clock.now();
  const createdAt = found?.value.createdAt ?? now;
  const of = { id: alertDefaultsId, tenantId: null, createdAt, updatedAt: now } as const;
  return { ...readAlerts(settings), ...of };
}

/** Version 0 stands for nothing said yet. */
function shown(found: Found): Answer {
  const headers = { etag: etagOf(found?.version ?? 0) };
  return { status: 200, body: alertView(found?.value ?? {}), headers };
}
