import type {
  Attempt,
  AttemptQuery,
  AttemptSummary,
  Delivery,
  DeliveryQuery,
  DeliveryReport,
} from '../../types/deliveries.ts';
import type { Pages } from '../pages.ts';
import type { RequestOptions, Transport } from '../transport.ts';
import { Resource } from './resource.ts';

/** Deliveries: what is owed to endpoints, and how it stands. */
export class Deliveries extends Resource {
  constructor(transport: Transport) {
    super(transport, '/v1/deliveries');
  }

  get(id: string, options?: RequestOptions): Promise<Delivery> {
    return this.read(this.path(id), options);
  }

  list(query?: DeliveryQuery, options?: RequestOptions): Pages<Delivery> {
    return this.pages(this.path(), query, options);
  }

  /** What its receiver has reported after a 202, newest first. */
  async reports(id: string, options?: RequestOptions): Promise<readonly DeliveryReport[]> {
    const path = this.path(id, 'reports');
    return (await this.read<{ readonly data: readonly DeliveryReport[] }>(path, options)).data;
  }

  /** Tries a dead or waiting delivery again, with a new budget. */
  retry(id: string, options?: RequestOptions): Promise<Delivery> {
    return this.send('POST', this.path(id, 'retry'), options);
  }

  cancel(id: string, options?: RequestOptions): Promise<Delivery> {
    return this.send('POST', this.path(id, 'cancel'), options);
  }
}

/** Attempts: the log of all that was sent, and of what came back. */
export class Attempts extends Resource {
  constructor(transport: Transport) {
    super(transport, '/v1/attempts');
  }

  get(id: string, options?: RequestOptions): Promise<Attempt> {
    return this.read(this.path(id), options);
  }

  list(query?: AttemptQuery, options?: RequestOptions): Pages<AttemptSummary> {
    return this.pages(this.path(), query, options);
  }
}
