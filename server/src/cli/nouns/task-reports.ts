import { exitCodes } from '../../app/exit-codes.ts';
import type { Static } from 'typebox';
import type { TaskDoneBody } from '../../api/schemas/task-schema.ts';
import { answered } from '../api-client.ts';
import type { CliCommand, OptionSpec } from '../command.ts';
import { printJsonText, printLines } from '../output/print.ts';
import { readJsonText } from '../read-input.ts';
import { serverCommand } from '../server-command.ts';
import type { ServerCall } from '../server-command.ts';
import { say } from '../shell.ts';
import { jsonOrText, readFields, readNumber, setOption } from './read-fields.ts';

type Done = Static<typeof TaskDoneBody>;

type ReportOptions = {
  readonly id?: string;
  readonly name?: string;
  readonly parent?: string;
  readonly source?: string;
  readonly stallAfter?: string;
  readonly callback?: string;
  readonly step?: string;
  readonly progress?: string;
  readonly message?: string;
  readonly data?: string;
  readonly result?: string;
  readonly model?: string;
  readonly tokens?: string;
  readonly reason?: string;
  readonly error?: string;
  readonly code?: string;
  readonly retryable?: boolean;
  readonly causedBy?: string;
  readonly set?: readonly string[];
};

type ReportSpec = {
  readonly verb: string;
  readonly summary: string;
  readonly examples: readonly string[];
  readonly about?: readonly string[];
  readonly options: readonly OptionSpec[];
};

const taskId = ['<id>', 'the id of a task'] as const;
const causedBy = { flags: '--caused-by <id>', says: 'the event it follows from' };
const message = { flags: '--message <text>', says: 'what is going on, for people' };
const data = { flags: '--data <json>', says: 'any JSON, @FILE, or - for standard input' };
const model = { flags: '--model <name>', says: 'the model that did the work' };
const tokens = { flags: '--tokens <json>', says: 'tokens used: {"input":512,"output":84}' };

const start: ReportSpec = {
  verb: 'start',
  summary: 'start a task, and print its id',
  examples: [
    'posthorn tasks start --name "Quarterly report"',
    'posthorn tasks start --id report-7 --stall-after 60000',
    'posthorn tasks start --parent task_06d1… --callback https://example.com/done',
  ],
  options: [
    { flags: '--id <id>', says: 'your own id: started again, it is not started again' },
    { flags: '--name <text>', says: 'what it is' },
    { flags: '--parent <id>', says: 'the task that it is a part of' },
    { flags: '--source <source>', says: 'who does the work' },
    { flags: '--stall-after <ms>', says: 'tell of it after so long a silence' },
    { flags: '--callback <url>', says: 'where its events go besides the endpoints' },
    ...[message, data, causedBy, setOption],
  ],
};

const reports: readonly ReportSpec[] = [
  {
    verb: 'progress',
    summary: 'report how far a task is',
    examples: [
      'posthorn tasks progress report-7 --step analyzing --progress 0.25',
      'posthorn tasks progress report-7 --message "3 of 12 pages read"',
    ],
    about: ['Without any option it is a sign of life. A task that waits goes on by it.'],
    options: [
      { flags: '--step <name>', says: 'the step it is in; the one before when not said' },
      { flags: '--progress <share>', says: '0 to 1' },
      ...[message, data, model, tokens, causedBy],
    ],
  },
  {
    verb: 'wait',
    summary: 'report that a task waits for input',
    examples: ['posthorn tasks wait report-7 --reason approval'],
    options: [{ flags: '--reason <text>', says: 'what is needed' }, ...[message, data, causedBy]],
  },
  {
    verb: 'complete',
    summary: 'end a task with its result',
    examples: [
      'posthorn tasks complete report-7 --result @report.json',
      `posthorn tasks complete report-7 --model large-2 --tokens '{"input":512,"output":84}'`,
    ],
    options: [
      { flags: '--result <json>', says: 'any JSON, @FILE, or - for standard input' },
      ...[message, model, tokens, causedBy],
    ],
  },
  {
    verb: 'fail',
    summary: 'end a task that failed',
    examples: ['posthorn tasks fail report-7 --error "No capacity" --retryable'],
    options: [
      { flags: '--error <text>', says: 'why, for people' },
      { flags: '--code <code>', says: 'why, for programs' },
      { flags: '--retryable', says: 'the same work may succeed later' },
      ...[data, model, tokens, causedBy],
    ],
  },
  {
    verb: 'cancel',
    summary: 'end a task that is given up',
    examples: ['posthorn tasks cancel report-7 --reason "The customer closed the chat"'],
    options: [{ flags: '--reason <text>', says: 'why' }, ...[data, model, tokens, causedBy]],
  },
];

/** Commands by which is said how a task goes. */
export const taskReportCommands: readonly CliCommand[] = [start, ...reports].map(reportCommand);

function reportCommand({ verb, ...spec }: ReportSpec): CliCommand {
  const isStart = verb === 'start';
  return serverCommand<ReportOptions>({
    ...spec,
    name: `tasks ${verb}`,
    ...(isStart ? {} : { takes: [taskId] }),
    run: async (call) => {
      const { api, shell, options, args } = call;
      const [id = ''] = args;
      const path = isStart ? '/v1/tasks' : `/v1/tasks/${encodeURIComponent(id)}/${verb}`;
      const answer = await api.ask({ method: 'POST', path, json: await bodyText(call) });
      const done = answered<Done>(answer);
      if (options.json === true) printJsonText(shell, answer.text);
      else printLines(shell, [isStart ? done.id : `${done.sequence}  ${done.state}`]);
      say(shell, saysOf(done));
      return exitCodes.ok;
    },
  });
}

function saysOf({ duplicate, deliveryCount }: Done): string {
  if (duplicate) return 'it was said before; nothing is new';
  return `accepted; ${deliveryCount === 1 ? '1 delivery' : `${deliveryCount} deliveries`}`;
}

/** What is said; data and result stand in it just as they were given. */
async function bodyText({ shell, options }: ServerCall<ReportOptions>): Promise<string> {
  const { id, name, parent: parentTaskId, source, callback, step, causedBy: causationId } = options;
  const fields = {
    ...{ id, name, parentTaskId, source, step, causationId },
    stallAfterMs: readNumber(options.stallAfter, '--stall-after'),
    progress: readNumber(options.progress, '--progress'),
    callback: callback === undefined ? undefined : { url: callback },
    ...{ message: options.message, model: options.model, reason: options.reason },
    tokenUsage: options.tokens === undefined ? undefined : jsonOrText(options.tokens),
    error: errorOf(options),
  };
  let text = JSON.stringify(readFields(fields, options.set)).slice(0, -1);
  for (const member of ['data', 'result'] as const) {
    const said = options[member];
    if (said === undefined) continue;
    const json = await readJsonText(said, { option: `--${member}`, input: shell.input });
    text += `${text === '{' ? '' : ','}"${member}":${json}`;
  }
  return `${text}}`;
}

function errorOf({ error, code, retryable }: ReportOptions) {
  return error === undefined ? undefined : readFields({ code, message: error, retryable });
}
