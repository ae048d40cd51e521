import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyPatch } from 'rfc6902';
import type { Operation } from 'rfc6902';
import { instant } from '../instant.ts';
import { limits } from '../limits.ts';
import { bundleDocument } from './bundle-document.ts';
import { bundlePatch, isWorthAPatch, joinedPatch } from './bundle-patch.ts';
import type { Bundle, NamedBundle } from './bundle.ts';

type Version = { readonly named: NamedBundle; readonly content: Uint8Array };

const text = fc.string({ maxLength: 12 });
const json = fc.jsonValue({ maxDepth: 4 }).filter((value) => !JSON.stringify(value).includes('__'));
const anyVersion = fc.record({
  ...{ summary: text, source: fc.option(text), isFinal: fc.boolean() },
  participants: fc.array(fc.oneof(text, fc.record({ id: text, name: text })), { maxLength: 3 }),
  content: fc.record({ facts: fc.array(json, { maxLength: 5 }), rest: json }),
});
const versions = fc
  .array(anyVersion, { minLength: 2, maxLength: 6 })
  .map((all) => all.map((each, index) => versionOf(each, index + 1)));

test('the patches of all versions since one, as one patch, give the present document', () => {
  fc.assert(
    fc.property(versions, fc.nat(), (all, pick) => {
      const since = pick % all.length;
      const [held, last] = [all[since], all.at(-1)];
      assert.ok(held && last);
      const notes = all.slice(since + 1).map((each, index) => noteOf(all[since + index], each));

      const document = parsed(documentOf(held));
      const faults = applyPatch(document, parsed(joinedPatch(notes)) as Operation[]);

      assert.deepEqual(
        faults.filter((fault) => fault !== null),
        [],
      );
      assert.deepEqual(document, parsed(documentOf(last)));
    }),
    { numRuns: 300 },
  );
});

test('changes larger than what is kept of one version are not kept', () => {
  const [small, large] = ['"a"', `"${'b'.repeat(limits.bundlePatchBytes)}"`].map((content, index) =>
    bytesVersion(content, index + 1),
  );
  assert.ok(small && large);

  assert.equal(bundlePatch(small.named, large.named, contents(small, large)), null);
});

const rows: [because: string, patchBytes: number, contentBytes: number, isWorth: boolean][] = [
  ['a small patch may be larger than a small document', limits.bundlePatchSmallBytes, 1, true],
  ['a larger one may not', limits.bundlePatchSmallBytes + 1, 1, false],
  ['a patch as large as the document is no better than it', 100_000, 100_000, true],
  ['nothing over the limit is kept', limits.bundlePatchBytes + 1, limits.bundleBytes, false],
];
for (const [because, patchBytes, contentBytes, isWorth] of rows) {
  test(`${patchBytes} bytes for ${contentBytes}: ${because}`, () => {
    assert.equal(isWorthAPatch(patchBytes, contentBytes), isWorth);
  });
}

function versionOf(
  given: Pick<Bundle, 'summary' | 'source' | 'participants'> & {
    readonly isFinal: boolean;
    readonly content: unknown;
  },
  number: number,
): Version {
  const { content, isFinal, ...texts } = given;
  const made = bytesVersion(JSON.stringify(content), number);
  const finalizedAt = isFinal ? instant(1_000) : null;
  return {
    ...made,
    named: { ...made.named, bundle: { ...made.named.bundle, ...texts, finalizedAt } },
  };
}

function bytesVersion(content: string, version: number): Version {
  const bundle: Bundle = {
    ...{ conversationId: 'c', source: null, summary: '', participants: [] },
    ...{ createdAt: instant(0), updatedAt: instant(version), finalizedAt: null },
    ...{ bytes: content.length, sha256: '', contentVersion: version },
  };
  return { named: { id: 'bun_1', version, bundle }, content: Buffer.from(content) };
}

function noteOf(before: Version | undefined, after: Version): Uint8Array {
  assert.ok(before);
  const note = bundlePatch(before.named, after.named, contents(before, after));
  return note ?? assert.fail('so small a patch is kept');
}

function contents(before: Version, after: Version) {
  return { before: before.content, after: after.content };
}

function documentOf({ named, content }: Version): Uint8Array {
  return bundleDocument(named, content);
}

function parsed(bytes: Uint8Array): unknown {
  return JSON.parse(Buffer.from(bytes).toString());
}
