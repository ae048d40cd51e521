import type { Static } from 'typebox';
import { AppError } from '../core/app-error.ts';
import type { AlertWish } from '../core/alert/alert-policy.ts';
import type { AlertSettings, Contact } from '../core/alert/contact.ts';
import type { EndpointId, TenantId } from '../core/ids.ts';
import { assertAddress } from './assert-address.ts';
import type { ApiDeps } from './deps.ts';
import type { alertSettings } from './schemas/alert-schema.ts';

type Input = { [Name in keyof typeof alertSettings]?: Static<(typeof alertSettings)[Name]> };
type ContactInput = NonNullable<Input['contacts']>[number];

/** Alert settings of a checked body; contacts are judged apart, for their owner is needed. */
export function readAlerts({ contacts, alert }: Input): Required<AlertSettings> {
  return { contacts: (contacts ?? []).map(toContact), alert: readWish(alert) };
}

/**
 * Throws what is wrong with contacts: an endpoint that their owner does not have, or an address
 * that nothing may be sent to.
 *
 * @param owner  whose endpoints may be named; null for those of all tenants.
 */
export function assertContacts(
  deps: Pick<ApiDeps, 'mirror' | 'addressCheck'>,
  { contacts }: Input,
  owner: TenantId | null,
): void {
  for (const [index, contact] of (contacts ?? []).entries()) {
    const pointer = `/contacts/${index}`;
    if (contact.slackUrl !== undefined) assertHook(deps, contact.slackUrl, `${pointer}/slackUrl`);
    if (contact.endpointId === undefined) continue;
    const found = deps.mirror.get('endpoint', owner, contact.endpointId)?.value;
    const isThere = found !== undefined && !found.isHidden && found.status.is !== 'deleted';
    if (!isThere) throw invalid(`${pointer}/endpointId`, 'is not an endpoint of yours');
  }
}

function assertHook(deps: Pick<ApiDeps, 'addressCheck'>, url: string, pointer: string): void {
  if (url.includes('•')) throw invalid(pointer, 'is masked; give the whole URL');
  assertAddress(deps, url, pointer);
}

function invalid(pointer: string, message: string): AppError {
  return new AppError('validation_failed', undefined, { errors: [{ pointer, message }] });
}

/** The schema lets exactly one of the three through. */
function toContact({ email, slackUrl, endpointId }: ContactInput): Contact {
  if (email !== undefined) return { email };
  if (slackUrl !== undefined) return { slackUrl };
  return { endpointId: (endpointId ?? '') as EndpointId };
}

function readWish(alert: Input['alert']): AlertWish | null {
  if (alert === undefined || alert === null) return null;
  const { failures, windowMs } = alert;
  if (failures === undefined && windowMs === undefined) return null;
  return {
    ...(failures === undefined ? {} : { failures }),
    ...(windowMs === undefined ? {} : { windowMs }),
  };
}
