import { parseArgs } from 'node:util';
import { runSeed } from './run-seed.ts';
const { values } = parseArgs({ options: { seeds: { type: 'string', default: '100' }, seed: { type: 'string' }, trace: { type: 'boolean' }, from: { type: 'string', default: '1' } } });
const from = Number(values.seed ?? values.from);
const n = values.seed ? 1 : Number(values.seeds);
const t0 = Date.now();
let steps = 0;
for (let s = from; s < from + n; s++) {
  const r = await runSeed(s, values.trace ? console.log : null);
  steps += r.stepCount;
  if (r.violation) { console.log(s, r.violation.slice(0, 600)); if (values.seed) console.log(r.lastLines.join('\n')); }
  else if (values.seed) console.log(r.hash, r.stepCount);
}
console.log(Date.now() - t0, 'ms', steps, 'steps');
