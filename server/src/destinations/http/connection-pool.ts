import type { Clock } from '../../core/clock.ts';
import { limits } from '../../core/limits.ts';
import type { Connection } from './connection.ts';

/**
 * Idle connections by origin, the latest used first. They are few and young: the oldest idle one
 * is closed when there are too many, and each is closed at an age at which the name behind it may
 * have moved.
 */
export class ConnectionPool {
  readonly #clock: Clock;
  /** In the order in which they became idle. */
  readonly #idle = new Set<Connection>();
  readonly #byOrigin = new Map<string, Connection[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many connections wait for work. */
  get idleCount(): number {
    return this.#idle.size;
  }

  /** A connection that is ready to carry a request; null when one must be dialled. */
  take(origin: string): Connection | null {
    const connections = this.#byOrigin.get(origin);
    let found = connections?.pop();
    while (found !== undefined) {
      this.#idle.delete(found);
      if (this.#isFit(found)) break;
      found.close();
      found = connections?.pop();
    }
    if (connections?.length === 0) this.#byOrigin.delete(origin);
    return found ?? null;
  }

  /** Takes back a connection whose exchange ended well. */
  give(connection: Connection): void {
    connection.release();
    if (!this.#isFit(connection)) {
      connection.close();
      return;
    }
    const origin = connection.origin.text;
    const connections = this.#byOrigin.get(origin) ?? [];
    connections.push(connection);
    this.#byOrigin.set(origin, connections);
    this.#idle.add(connection);
    this.#evict();
  }

  /** Forgets a connection that is over. */
  drop(connection: Connection): void {
    if (!this.#idle.delete(connection)) return;
    const origin = connection.origin.text;
    const left = (this.#byOrigin.get(origin) ?? []).filter((each) => each !== connection);
    if (left.length === 0) this.#byOrigin.delete(origin);
    else this.#byOrigin.set(origin, left);
  }

  /** Closes everything that is idle. */
  close(): void {
    for (const connection of this.#idle) connection.close();
    this.#idle.clear();
    this.#byOrigin.clear();
  }

  #isFit(connection: Connection): boolean {
    const ageMs = this.#clock.monotonicMs() - connection.openedAtMs;
    return !connection.isOver && ageMs < limits.connectionAgeMs;
  }

  #evict(): void {
    if (this.#idle.size <= limits.idleConnections) return;
    for (const oldest of this.#idle) {
      this.drop(oldest);
      oldest.close();
      return;
    }
  }
}
