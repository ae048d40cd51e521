import type { AttemptRecord, PlannedEvent } from '../queue.ts';
import { Committer } from './committer.ts';
import type { CommitterCondition, CommitterOptions, Work } from './committer.ts';
import { accept } from './engine/accept.ts';
import { changeCatalogue } from './engine/catalogue-change.ts';
import { change } from './engine/change.ts';
import { changeReplay } from './engine/change-replay.ts';
import { claimReplays } from './engine/claim-replays.ts';
import type { WriteContext } from './engine/context.ts';
import { erase } from './engine/erase.ts';
import { makeReplay } from './engine/make-replay.ts';
import { prune } from './engine/prune.ts';
import { reads } from './engine/read.ts';
import { record } from './engine/record.ts';
import { saveAlerts } from './engine/save-alerts.ts';
import { settle } from './engine/settle.ts';
import { stepReplay } from './engine/step-replay.ts';
import type { Answer, Asked, LaneVerbs, WriteVerbs } from './verbs.ts';
import { weighEvent, weighRecord } from './weigh.ts';

/** What the writer answers. */
export type WriterVerbs = WriteVerbs & LaneVerbs;

/** Where the answer of one call goes; exactly one of the two is called, once. */
export type Reply<Value> = {
  readonly settle: (answer: Value) => void;
  readonly reject: (cause: unknown) => void;
};

type Weight = Pick<Work, 'kind' | 'rows' | 'bytes'>;

type Run = Work['run'];

/** Freed pages given back to the file system after one step of retention. */
const vacuumPages = 1_000;
const smallBytes = 1_024;
const oneRow: Weight = { kind: 'record', rows: 1, bytes: smallBytes };

/**
 * The one writer. Synchronous: `ask` takes calls in, `commitNext` makes one commit of what waits;
 * whoever runs it decides when.
 */
export class Writer {
  readonly #context: WriteContext;
  readonly #committer: Committer;
  readonly #pruned = { position: 0 };
  #hasErased = false;

  constructor(options: CommitterOptions) {
    this.#context = options.context;
    this.#committer = new Committer(options);
  }

  get waitingCount(): number {
    return this.#committer.waitingCount;
  }

  get pendingCount(): number {
    return this.#context.counters.pendingCount;
  }

  /** Answers whether something was erased since the last call, which the log still holds. */
  takeErased(): boolean {
    const hasErased = this.#hasErased;
    this.#hasErased = false;
    return hasErased;
  }

  get isFull(): boolean {
    return this.#committer.isFull;
  }

  condition(): CommitterCondition {
    return this.#committer.condition();
  }

  /** @see Committer.mayLinger */
  get mayLinger(): boolean {
    return this.#committer.mayLinger;
  }

  /** @see Committer.commitNext */
  commitNext(): boolean {
    return this.#committer.commitNext();
  }

  /** @see Committer.probe */
  probe(): void {
    this.#committer.probe();
  }

  /** @see Committer.judge */
  judge(cause: unknown): void {
    this.#committer.judge(cause);
  }

  /** Takes a call in; lane reads are answered before it returns, writes by a later commit. */
  ask<Name extends keyof WriterVerbs>(
    name: Name,
    asked: Asked<Name>,
    reply: Reply<Answer<Name>>,
  ): void {
    const ask = this.#table[name] as (asked: Asked<Name>, reply: Reply<Answer<Name>>) => void;
    ask(asked, reply);
  }

  readonly #table: {
    readonly [Name in keyof WriterVerbs]: (asked: Asked<Name>, reply: Reply<Answer<Name>>) => void;
  } = {
    accept: (events, reply) => this.#each(events, reply, acceptWork),
    record: (records, reply) => this.#each(records, reply, recordWork),
    change: (changes, reply) =>
      this.#each(changes, reply, (asked) => ({
        kind: 'record',
        rows: 2,
        bytes: smallBytes,
        isPatient: false,
        refusal: undefined,
        run: (context) => change(context, asked),
      })),
    erase: (request, reply) => {
      this.#hasErased = true;
      this.#one(reply, { kind: 'record', rows: request.limit, bytes: smallBytes }, (context) =>
        erase(context, request),
      );
    },
    settle: (request, reply) =>
      this.#one(reply, { kind: 'record', rows: request.limit, bytes: smallBytes }, (context) =>
        settle(context, request),
      ),
    changeCatalogue: (asked, reply) =>
      this.#one(
        reply,
        { kind: 'record', rows: asked.writes.length, bytes: smallBytes * asked.writes.length },
        (context) => changeCatalogue(context, asked),
      ),
    prune: (request, reply) => this.#prune(request, reply),
    makeReplay: (asked, reply) => this.#one(reply, oneRow, (context) => makeReplay(context, asked)),
    changeReplay: (asked, reply) =>
      this.#one(reply, oneRow, (context) => changeReplay(context, asked)),
    claimReplays: (asked, reply) =>
      this.#one(reply, { ...oneRow, rows: asked.limit }, (context) => claimReplays(context, asked)),
    stepReplay: (asked, reply) =>
      this.#committer.add({
        ...{ kind: 'accept', isPatient: false },
        rows: 1 + 2 * (asked.makes.length + asked.releases.length),
        bytes: smallBytes * (1 + asked.makes.length + asked.releases.length),
        run: (context) => stepReplay(context, asked),
        refusal: (because) => ({ is: 'refused', because }),
        settle: (answer) => reply.settle(answer as Answer<'stepReplay'>),
        reject: reply.reject,
      }),
    saveAlerts: (step, reply) => {
      const rows = 2 + step.states.length + step.forget.length;
      this.#one(reply, { kind: 'record', rows, bytes: smallBytes * rows }, (context) =>
        saveAlerts(context, step),
      );
    },
    loadDue: (asked, reply) => this.#read('loadDue', asked, reply),
    dueEndpoints: (asked, reply) => this.#read('dueEndpoints', asked, reply),
    readEvents: (asked, reply) => this.#read('readEvents', asked, reply),
  };

  #read<Name extends keyof LaneVerbs>(
    name: Name,
    asked: Asked<Name>,
    reply: Reply<Answer<Name>>,
  ): void {
    try {
      reply.settle(reads[name](this.#context, asked));
    } catch (cause) {
      this.judge(cause);
      reply.reject(cause);
    }
  }

  /** A call of many items is answered when the last of them is. */
  #each<Item, Each>(
    items: readonly Item[],
    reply: Reply<Each[]>,
    workOf: (item: Item) => Omit<Work, 'settle' | 'reject'>,
  ): void {
    const answers: Each[] = [];
    let leftCount = items.length;
    if (leftCount === 0) return reply.settle(answers);
    const end = (): void => {
      leftCount -= 1;
      if (leftCount === 0) reply.settle(answers);
    };
    for (const [index, item] of items.entries()) {
      this.#committer.add({
        ...workOf(item),
        settle: (answer) => {
          answers[index] = answer as Each;
          end();
        },
        reject: (cause) => {
          // The call is rejected at once and can then no longer be settled.
          leftCount = -1;
          reply.reject(cause);
        },
      });
    }
  }

  #one<Value>(reply: Reply<Value>, weight: Weight, run: Run): void {
    this.#committer.add({
      ...weight,
      isPatient: false,
      run,
      refusal: undefined,
      settle: (answer) => reply.settle(answer as Value),
      reject: reply.reject,
    });
  }

  #prune(request: Asked<'prune'>, reply: Reply<Answer<'prune'>>): void {
    let cursor = { ...this.#pruned };
    const weight: Weight = { kind: 'record', rows: request.limit, bytes: smallBytes };
    const settleAll = (answer: Answer<'prune'>): void => {
      this.#pruned.position = cursor.position;
      if (answer.count > 0) this.#vacuum();
      reply.settle(answer);
    };
    this.#one({ settle: settleAll, reject: reply.reject }, weight, (context) => {
      cursor = { ...this.#pruned };
      return prune(context, request, cursor);
    });
  }

  #vacuum(): void {
    try {
      this.#context.db.exec(`PRAGMA incremental_vacuum(${vacuumPages})`);
    } catch (cause) {
      this.judge(cause);
    }
  }
}

function acceptWork(plan: PlannedEvent): Omit<Work, 'settle' | 'reject'> {
  return {
    kind: 'accept',
    rows: 1 + plan.deliveries.length + plan.writes.length,
    bytes: weighEvent(plan),
    isPatient: false,
    run: (context) => accept(context, plan),
    refusal: (because) => ({ is: 'refused', because }),
  };
}

function recordWork(given: AttemptRecord): Omit<Work, 'settle' | 'reject'> {
  return {
    kind: 'record',
    rows: 2,
    bytes: weighRecord(given),
    isPatient: true,
    run: (context) => record(context, given),
    refusal: undefined,
  };
}
