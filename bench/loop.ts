/**
 * The yardstick: how fast this machine POSTs signed bodies when nothing is stored.
 *
 * `loop.ts URL WARM_UP_COUNT COUNT` prints `{ratePerSecond, cpuSecondsPer1000}` as JSON.
 */
import { createHmac, createSecretKey, randomUUID } from 'node:crypto';
import { Agent, request } from 'undici';
import { deliveryBody, deliverySecret } from './http/event-bytes.ts';

const inFlightCount = 100;
const [url = '', warmUpCount = '5000', count = '50000'] = process.argv.slice(2);
const agent = new Agent();
const key = createSecretKey(deliverySecret.slice('whsec_'.length), 'base64');

async function post(): Promise<void> {
  const id = `evt_${randomUUID()}`;
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const signed = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(deliveryBody);
  const answer = await request(url, {
    method: 'POST',
    dispatcher: agent,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signed.digest('base64')}`,
    },
    body: deliveryBody,
  });
  await answer.body.dump();
  if (answer.statusCode !== 200) throw new Error(`the receiver answered ${answer.statusCode}`);
}

async function postMany(total: number): Promise<void> {
  let startedCount = 0;
  const keepPosting = async (): Promise<void> => {
    while (startedCount < total) {
      startedCount += 1;
      await post();
    }
  };
  await Promise.all(Array.from({ length: inFlightCount }, keepPosting));
}

await postMany(Number(warmUpCount));
const cpuBefore = process.cpuUsage();
const startedAt = performance.now();
await postMany(Number(count));
const seconds = (performance.now() - startedAt) / 1_000;
const { user, system } = process.cpuUsage(cpuBefore);
const ratePerSecond = Number(count) / seconds;
const cpuSecondsPer1000 = (user + system) / 1_000 / Number(count);
process.stdout.write(`${JSON.stringify({ ratePerSecond, cpuSecondsPer1000 })}\n`);
await agent.close();
