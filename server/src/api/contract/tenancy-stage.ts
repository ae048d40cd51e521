import assert from 'node:assert/strict';
import type { EndpointId, TenantId } from '../../core/ids.ts';
import { holdAll } from '../../store/contract/arrange.ts';
import { failedRecord, neverEnding } from '../../store/contract/sample.ts';
import { openApi } from './opened-api.ts';
import type { OpenedApi } from './opened-api.ts';

/** Who owns what a test makes, and who must not see it. */
export const [owner, stranger] = ['owning', 'strange'] as const;

/** A key of each, which may do all that a tenant's key can. */
export const keys = {
  [owner]: 'ph_owning-0123456789-0123456789-0123',
  [stranger]: 'ph_strange-0123456789-0123456789-012',
} as const;

/** One of the two. */
export type Who = keyof typeof keys;

/** The real API with two tenants in it, and makers of what the owner may have. */
export class TenancyStage implements AsyncDisposable {
  readonly api: OpenedApi;
  #count = 0;

  private constructor(api: OpenedApi) {
    this.api = api;
  }

  static async open(): Promise<TenancyStage> {
    const api = await openApi();
    const stage = new TenancyStage(api);
    for (const id of [owner, stranger] as const) {
      await stage.insist({ url: '/v1/tenants', body: { id } });
      await api.grant({ tenantId: id, scopes: ['admin'], text: keys[id] });
    }
    return stage;
  }

  /** Makes something of a tenant's, the owner's when none is named, and answers its id. */
  async made(url: string, body: unknown, who: Who = owner): Promise<string> {
    return (await this.insist<{ id: string }>({ url, body, key: keys[who] })).id;
  }

  /** Calls the API and insists on a 2xx. */
  async insist<Answer>(request: Parameters<OpenedApi['call']>[0]): Promise<Answer> {
    const answer = await this.api.call(request);
    assert.ok(answer.statusCode < 300, `${request.url}: ${answer.statusCode} ${answer.body}`);
    return answer.json<Answer>();
  }

  fresh(prefix: string): string {
    this.#count += 1;
    return `${prefix}-${this.#count}`;
  }

  async endpoint(types = ['*'], who: Who = owner): Promise<string> {
    return this.made('/v1/endpoints', { url: 'https://example.com/hook', types }, who);
  }

  async event(type = 'owned.event'): Promise<string> {
    return this.made('/v1/events', { id: this.fresh('owned'), type, data: 1 });
  }

  async delivery(): Promise<string> {
    const type = this.fresh('owned.type');
    const endpointId = await this.endpoint([type]);
    await this.event(type);
    return (await this.#first('/v1/deliveries', endpointId)).id;
  }

  async attempt(): Promise<string> {
    const type = this.fresh('owned.type');
    const endpointId = (await this.endpoint([type])) as EndpointId;
    await this.event(type);
    const held = (await holdAll(this.api.store))(endpointId);
    const due = {
      tenantId: owner as string as TenantId,
      endpointId,
      dueBefore: neverEnding,
      limit: 1,
    };
    const [pending] = await this.api.store.queue.loadDue(due);
    assert.ok(pending);
    await this.api.store.queue.record([failedRecord(pending, held, neverEnding)]);
    return (await this.#first('/v1/attempts', endpointId)).id;
  }

  async #first(url: string, endpointId: string): Promise<{ id: string }> {
    const request = { url: `${url}?endpointId=${endpointId}`, key: keys[owner] };
    const [first] = (await this.insist<{ data: { id: string }[] }>(request)).data;
    return first ?? assert.fail(`the owner has nothing in ${url}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.api[Symbol.asyncDispose]();
  }
}
