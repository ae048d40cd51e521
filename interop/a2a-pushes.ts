import { A2aAgent } from './a2a-agent.ts';
import { writtenEvents } from './a2a-events.ts';
import { stories } from './a2a-steps.ts';
import type { Step } from './a2a-steps.ts';
import { ServedProcess } from './served-process.ts';

/** What the SDK understood: the one member of a push and what it holds. */
export type Understood = { readonly kind: string; readonly value: Record<string, unknown> };

/** A push that an agent took, and what must be read of it, without the time of its status. */
export type Push = { readonly says: string; readonly body: Buffer; readonly expected: Understood };

type Done = { readonly id: string; readonly eventId: string; readonly sequence: number };
type Told = Omit<Push, 'body'> & { readonly key: string };

/** Has a server tell an agent of whole tasks, as its endpoint and as the callback of each. */
export async function pushesOfServer(): Promise<Push[]> {
  await using agent = await A2aAgent.open();
  await using server = await ServedProcess.start([]);
  await server.call('POST', '/v1/endpoints', {
    ...{ url: `${agent.origin}/agent`, types: ['task.*', 'check.*'] },
    ...{ format: 'a2a', headers: { Authorization: agent.credentials } },
  });
  const pushes: Push[] = [];
  for (const story of stories) pushes.push(...(await tellTask(server, agent, story)));
  for (const { type, data, understood } of writtenEvents) {
    const body = `{"type":"${type}","data":${data}}`;
    const { id } = await server.call<{ id: string }>('POST', '/v1/events', body);
    const says = `an event ${type} with ${data}`;
    pushes.push(...(await taken(agent, [{ says, expected: understood(id), key: `/agent ${id}` }])));
  }
  return pushes;
}

/** What the agent took; each is awaited, for a newer report takes the place of an unsent one. */
async function taken(agent: A2aAgent, told: readonly Told[]): Promise<Push[]> {
  const bodies = await agent.bodies(told.map(({ key }) => key));
  return told.map(({ says, expected }, index) => {
    return { says, expected, body: bodies[index] ?? Buffer.of() };
  });
}

async function tellTask(
  server: ServedProcess,
  agent: A2aAgent,
  steps: readonly Step[],
): Promise<Push[]> {
  const callback = {
    ...{ url: `${agent.origin}/task`, format: 'a2a' },
    headers: { 'X-A2A-Notification-Token': agent.token },
  };
  const pushes: Push[] = [];
  let task = '';
  let contextId = '';
  for (const step of steps) {
    const path = step.verb === '' ? '/v1/tasks' : `/v1/tasks/${task}/${step.verb}`;
    const given = step.verb === '' ? { ...(JSON.parse(step.body) as object), callback } : step.body;
    const done = await server.call<Done>('POST', path, given === '' ? undefined : given);
    task = done.id;
    contextId ||= done.eventId;
    const expected = understoodOf(step, done, contextId);
    const told = ['/agent', '/task'].map((url): Told => {
      return { says: `${step.says} to ${url}`, expected, key: `${url} ${done.eventId}` };
    });
    pushes.push(...(await taken(agent, told)));
  }
  return pushes;
}

function understoodOf(step: Step, { id, eventId, sequence }: Done, contextId: string): Understood {
  const { state, parts, result } = step;
  const message = { messageId: eventId, role: 'ROLE_AGENT', parts };
  const status = { state: `TASK_STATE_${state}`, ...(parts === undefined ? {} : { message }) };
  const metadata = { sequence, ...step.metadata };
  if (state !== 'SUBMITTED' && state !== 'COMPLETED') {
    return { kind: 'statusUpdate', value: { taskId: id, contextId, status, metadata } };
  }
  const artifacts = [{ artifactId: 'result', parts: [result] }];
  const brought = result === undefined ? {} : { artifacts };
  return { kind: 'task', value: { id, contextId, status, metadata, ...brought } };
}
