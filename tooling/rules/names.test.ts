import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameFindings } from './names.ts';
import { parseSource } from './syntax.ts';

const rows: [file: string, text: string, says: string][] = [
  ['bench/utils/a.ts', '', 'the name "utils" does not say its duty'],
  ['bench/queue-manager.ts', '', 'the name "queue-manager" does not say its duty'],
  ['bench/helper.test.ts', '', 'the name "helper" does not say its duty'],
  ['bench/runAll.ts', '', 'is not named in kebab-case'],
  ['bench/a.ts', '// @ts-ignore because', 'silences the compiler'],
  ['bench/a.ts', '// @ts-nocheck', 'silences the compiler'],
];
for (const [file, text, says] of rows) {
  test(`${file} ${says}${text === '' ? '' : ` by ${text}`}`, () => {
    assert.deepEqual(
      nameFindings(parseSource(file, text)).map((finding) => finding.says),
      [says],
    );
  });
}

test('a word that only contains a vague one is fine', () => {
  assert.deepEqual(nameFindings(parseSource('bench/commonest-serviceable.ts', '')), []);
});
