import type { NewReplay, Replay, ReplayCount, ReplayQuery } from '../../types/replays.ts';
import type { Pages } from '../pages.ts';
import type { RequestOptions, Transport } from '../transport.ts';
import { Resource } from './resource.ts';

/** Replays: jobs that make new deliveries of old events. */
export class Replays extends Resource {
  constructor(transport: Transport) {
    super(transport, '/v1/replays');
  }

  create(replay: NewReplay, options?: RequestOptions): Promise<Replay> {
    return this.send('POST', this.path(), options, { ...replay, dryRun: false });
  }

  /** Counts what a replay would make, and makes nothing. */
  count(replay: NewReplay, options?: RequestOptions): Promise<ReplayCount> {
    return this.send('POST', this.path(), options, { ...replay, dryRun: true });
  }

  get(id: string, options?: RequestOptions): Promise<Replay> {
    return this.read(this.path(id), options);
  }

  list(query?: ReplayQuery, options?: RequestOptions): Pages<Replay> {
    return this.pages(this.path(), query, options);
  }

  pause(id: string, options?: RequestOptions): Promise<Replay> {
    return this.send('POST', this.path(id, 'pause'), options);
  }

  resume(id: string, options?: RequestOptions): Promise<Replay> {
    return this.send('POST', this.path(id, 'resume'), options);
  }

  cancel(id: string, options?: RequestOptions): Promise<Replay> {
    return this.send('POST', this.path(id, 'cancel'), options);
  }
}
