import type { Subscription } from '../core/subscription.ts';

/**
 * Gives subscriptions that came from the store one copy of what many of them share: names, lists
 * of types and fields. There may be a million of them.
 */
export class LeanSubscriptions {
  readonly #names = new Map<string, string>();
  readonly #lists = new Map<string, readonly string[]>();

  of(subscription: Subscription): Subscription {
    const { tenantId, endpointId, types, entity, fields, createdAt, updatedAt } = subscription;
    return {
      ...subscription,
      tenantId: this.#name(tenantId),
      endpointId: this.#name(endpointId),
      types: this.#list(types),
      entity: entity === null ? null : { type: this.#name(entity.type), id: entity.id },
      ...(fields === undefined ? {} : { fields: this.#list(fields) }),
      // Equal ones are then one number in memory.
      updatedAt: updatedAt === createdAt ? createdAt : updatedAt,
    };
  }

  #name<Name extends string>(text: Name): Name {
    const known = this.#names.get(text);
    if (known !== undefined) return known as Name;
    this.#names.set(text, text);
    return text;
  }

  #list(list: readonly string[]): readonly string[] {
    const key = JSON.stringify(list);
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    const named = list.map((each) => this.#name(each));
    this.#lists.set(key, named);
    return named;
  }
}
