/**
 * `npm run example`: three agents answer a question, speaking through Posthorn alone. One of them
 * dies in the middle of its work; everything is asserted.
 */
import { askTheChain } from './ask-the-chain.ts';
import { checks } from './checks.ts';
import type { Check } from './checks.ts';
import { AgentStage } from './stage/agent-stage.ts';

const tally = { passed: 0, failed: 0 };
await hold({ says: 'the chain answers', prove: answer });
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 ? 0 : 1;

async function answer(): Promise<void> {
  await using stage = await AgentStage.open();
  console.log(`The agents can be watched at ${stage.page.origin}`);
  const told = await askTheChain(stage);
  for (const check of checks(stage, told)) await hold(check);
}

async function hold({ says, prove }: Check): Promise<void> {
  try {
    await prove();
    tally.passed += 1;
    console.log(`ok   ${says}`);
  } catch (error) {
    tally.failed += 1;
    console.log(`FAIL ${says}\n     ${String(error).replaceAll('\n', '\n     ')}`);
  }
}
