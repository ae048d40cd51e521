import { setTimeout as wait } from 'node:timers/promises';

import type { ApiClient } from '../api-client.ts';
import type { Cast, Part } from './cast.ts';
import type { Printer } from './printer.ts';

/** A row of the attempt log. */
export type AttemptRow = {
  readonly id: string;
  readonly deliveryId: string;
  readonly eventId: string;
  readonly endpointId: string;
  readonly event: string;
  readonly attemptNumber: number;
  readonly status: 'succeeded' | 'failed';
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly latencyMs: number;
};

const lookMs = 150;
const pageRows = 200;

/** Follows the attempt log and the circuits, and prints what is new as it happens. */
export class Watch {
  readonly #api: ApiClient;
  readonly #parts: ReadonlyMap<string, Part>;
  readonly #printer: Printer;
  readonly #seen = new Map<string, AttemptRow>();
  readonly #circuits = new Map<string, string>();
  readonly #circuitsSeen = new Set<string>();
  readonly #stop = new AbortController();
  readonly #since = encodeURIComponent(new Date().toISOString());
  #running: Promise<void> = Promise.resolve();

  constructor(api: ApiClient, cast: Cast, printer: Printer) {
    this.#api = api;
    this.#parts = new Map(Object.values(cast).map((part) => [part.endpointId, part]));
    this.#printer = printer;
  }

  /** Every attempt seen so far, oldest first. */
  get attempts(): AttemptRow[] {
    return [...this.#seen.values()];
  }

  /** Whether the circuit of an endpoint was ever seen in this state. */
  saw(endpointId: string, circuit: string): boolean {
    return this.#circuitsSeen.has(`${endpointId} ${circuit}`);
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#look();
      await wait(lookMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
    await this.#look();
  }

  async #look(): Promise<void> {
    const fresh: AttemptRow[] = [];
    const first = `/v1/attempts?limit=${pageRows}&createdAt[gte]=${this.#since}`;
    let path = first;
    for (;;) {
      const page = await this.#api.call<{ data: AttemptRow[]; nextCursor: string | null }>(
        'GET',
        path,
      );
      const unseen = page.data.filter((row) => !this.#seen.has(row.id));
      fresh.push(...unseen);
      if (unseen.length < page.data.length || page.nextCursor === null) break;
      path = `${first}&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
    for (const row of fresh.toReversed()) this.#show(row);
    await this.#lookAtCircuits();
  }

  #show(row: AttemptRow): void {
    this.#seen.set(row.id, row);
    const part = this.#parts.get(row.endpointId);
    if (part === undefined) return;
    const arrival = part.receiver.arrivals.find(
      (each) => each.webhookId === row.eventId && each.attempt === row.attemptNumber,
    );
    this.#printer.attempt(part.name, row, arrival?.isVerified ?? null);
  }

  async #lookAtCircuits(): Promise<void> {
    for (const part of this.#parts.values()) {
      const endpoint = await this.#api.call<{ circuit: string }>(
        'GET',
        `/v1/endpoints/${part.endpointId}`,
      );
      const before = this.#circuits.get(part.endpointId) ?? 'closed';
      this.#circuits.set(part.endpointId, endpoint.circuit);
      this.#circuitsSeen.add(`${part.endpointId} ${endpoint.circuit}`);
      if (endpoint.circuit !== before) this.#printer.circuit(part.name, endpoint.circuit);
    }
  }
}
