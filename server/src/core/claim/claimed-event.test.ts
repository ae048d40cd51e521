import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from '../event.ts';
import type { EventId, TenantId } from '../ids.ts';
import { instant, later } from '../instant.ts';
import { limits } from '../limits.ts';
import { claimedEvent } from './claimed-event.ts';
import { ClaimLinks } from './claim-links.ts';

const links = new ClaimLinks(new Uint8Array(32).fill(1), 'https://hooks.example.com');
const at = instant(1_750_000_000_123);
const event: Event = {
  ...{ id: 'evt_1' as EventId, tenantId: 'acme' as TenantId, type: 'report.made' },
  ...{ data: Buffer.from('<html>'), contentType: 'text/html', time: at, acceptedAt: at },
  ...{ source: null, key: null, entity: null, correlationId: 'evt_1', causationId: null },
  ...{ hops: 0, metadata: null, ceId: null },
};

function told(firstDueAt = at): { claim: { url: string; expiresAt: string; bytes: number } } {
  const claimed = claimedEvent(links, event, { firstDueAt, versions: null, sha256: 'abc' });
  assert.equal(claimed.contentType, 'application/json');
  return JSON.parse(Buffer.from(claimed.data).toString()) as ReturnType<typeof told>;
}

test('attempts of one delivery get the same link, whenever they are made', () => {
  assert.deepEqual(told(), told());
});

test('a delivery that falls due anew gets a link that is good for as long again', () => {
  const [first, again] = [told(), told(later(at, limits.claimMs))];

  const lengthMs = Date.parse(again.claim.expiresAt) - Date.parse(first.claim.expiresAt);
  assert.equal(lengthMs, limits.claimMs);
  assert.notEqual(again.claim.url, first.claim.url);
});

test('a link outlives the last attempt of its delivery by a week', () => {
  assert.ok(limits.claimMs >= limits.deliveryAgeMs + 7 * 24 * 3_600_000);
});

test('a link says its end in whole seconds, never before what it is good for', () => {
  const endsAt = Date.parse(told().claim.expiresAt);

  assert.equal(endsAt % 1_000, 0);
  assert.ok(endsAt >= at + limits.claimMs);
  assert.ok(told().claim.url.includes(`expires=${endsAt / 1_000}&`));
});

test('a link made under one key is no other server’s', () => {
  const claim = { tenantId: event.tenantId, eventId: event.id, versions: null, expiresAt: at };
  const url = new URL(links.urlOf(claim));
  const signature = url.searchParams.get('signature') ?? '';

  assert.equal(links.isSigned(claim, signature), true);
  assert.equal(new ClaimLinks(new Uint8Array(32), null).isSigned(claim, signature), false);
  assert.equal(links.isSigned({ ...claim, versions: { from: 1, to: 2 } }, signature), false);
  for (const broken of ['', 'é', signature.slice(1), `${signature}AAAA`]) {
    assert.equal(links.isSigned(claim, broken), false);
  }
});
