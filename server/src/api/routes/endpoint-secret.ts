import { AppError } from '../../core/app-error.ts';
import { publicKeyText } from '../../core/ed25519-secret.ts';
import type { Endpoint, SigningSecret } from '../../core/endpoint.ts';
import { later } from '../../core/instant.ts';
import type { Instant } from '../../core/instant.ts';
import { limits } from '../../core/limits.ts';
import { updateConfig } from '../change-config.ts';
import { endpointChange, findEndpoint } from './endpoint-state.ts';
import { newSecretErrors } from '../endpoint-errors.ts';
import { instantText } from '../instant-text.ts';
import { route } from '../route.ts';
import { RotateBody, SecretBody } from '../schemas/endpoint-schema.ts';
import { idParams } from '../schemas/fields.ts';
import { freshSecret, signingVersion } from '../../core/fresh-secret.ts';

const readSecret = route({
  method: 'GET',
  path: '/v1/endpoints/{id}/secret',
  summary: 'Show the signing secret, and the one before it while both sign',
  scope: 'secrets',
  params: idParams,
  answers: { 200: SecretBody },
  fails: ['not_found'],
  handle: ({ params, access }, deps) => {
    const found = findEndpoint(deps, access.reach, params.id);
    if (found === null) throw new AppError('not_found', 'There is no such endpoint.');
    return { status: 200, body: secretView(found.value.secrets, deps.clock.now()) };
  },
});

const rotateSecret = route({
  method: 'POST',
  path: '/v1/endpoints/{id}/secret/rotate',
  summary: 'Change the signing secret; the old one signs as well for a while',
  scope: 'secrets',
  params: idParams,
  body: RotateBody,
  isBodyOptional: true,
  isIdempotent: true,
  answers: { 200: SecretBody },
  fails: ['not_found', 'validation_failed', 'version_mismatch'],
  handle: (call, deps) => {
    const { secret, signing, overlapMs } = call.body ?? {};
    return updateConfig(deps, call, {
      find: () => findEndpoint(deps, call.access.tenant, call.params.id),
      change: (found) => {
        const { scheme, secrets: present } = found.value;
        const errors = newSecretErrors({ secret, signing, scheme });
        if (errors.length > 0) throw new AppError('validation_failed', undefined, { errors });
        const now = deps.clock.now();
        const version = signing ?? signingVersion(present[0]?.text ?? '');
        const text = secret ?? freshSecret(deps.chance, version);
        const endsAt = later(now, overlapMs ?? limits.secretOverlapMs);
        const secrets = rotated(found.value, { text, now, endsAt });
        const change = endpointChange(deps, found, { secrets });
        return { ...change, body: secretView(secrets, now) };
      },
    });
  },
});

/** Routes about what an endpoint's requests are signed with. */
export const endpointSecretRoutes = [readSecret, rotateSecret];

function rotated(
  { secrets }: Endpoint,
  { text, now, endsAt }: { text: string; now: Instant; endsAt: Instant },
): SigningSecret[] {
  const older = secrets
    .map((each) => ({ ...each, endsAt: each.endsAt ?? endsAt }))
    .filter((each) => each.endsAt > now && each.text !== text);
  return [{ text, createdAt: now, endsAt: null }, ...older].slice(0, limits.secretsPerEndpoint);
}

function secretView(secrets: readonly SigningSecret[], now: Instant) {
  const [current, before] = secrets;
  const isOver = before === undefined || before.endsAt === null || before.endsAt <= now;
  return {
    secret: current?.text ?? '',
    publicKey: publicKeyText(current?.text ?? ''),
    previous: isOver || before.endsAt === null ? null : previousView(before.text, before.endsAt),
  };
}

function previousView(secret: string, endsAt: Instant) {
  return { secret, publicKey: publicKeyText(secret), endsAt: instantText(endsAt) };
}
