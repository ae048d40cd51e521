import type { StoredEvent } from '../event.ts';
import { compileTypes } from '../match-type.ts';
import type { Subscription } from '../subscription.ts';
import { toldFields } from '../context/told-fields.ts';
import { limits } from '../limits.ts';
import { explainFilter } from './explain-filter.ts';

/** Which rule of a subscription decided about an event. */
export type SubscriptionRule =
  'matched' | 'made_later' | 'type' | 'entity' | 'fields' | 'filter' | 'data_erased';

/** What a subscription says to an event, and the value that it looked at. */
export type SubscriptionVerdict = {
  readonly rule: SubscriptionRule;
  readonly says: string;
  readonly value: string | null;
};

/**
 * Judges an event by a subscription as it stands now, rule by rule in the order of matching. What
 * was changed after the event may have said something else then.
 */
export function explainSubscription(
  subscription: Subscription,
  event: StoredEvent,
): SubscriptionVerdict {
  const { types, entity, fields, filter, createdAt } = subscription;
  if (createdAt > event.acceptedAt) {
    return verdict('made_later', 'It was made after the event was accepted.');
  }
  if (!compileTypes(types)(event.type)) {
    return verdict('type', `None of its types matches: ${types.join(', ')}.`, event.type);
  }
  if (entity !== null && !isAbout(entity, event)) {
    const wanted = entity.id === null ? entity.type : `${entity.type}/${entity.id}`;
    return verdict('entity', `It wants the entity ${wanted} alone.`, entityText(event));
  }
  const changed = fields === undefined ? null : toldFields(event);
  if (changed !== null && fields !== undefined && !changed.some((each) => fields.includes(each))) {
    return explainByFields(fields, changed, event);
  }
  if (filter === null) return verdict('matched', 'Its types match.');
  return explainByFilter(filter, event);
}

function explainByFields(
  wanted: readonly string[],
  changed: readonly string[],
  { dataErasedAt }: StoredEvent,
): SubscriptionVerdict {
  if (dataErasedAt !== undefined) {
    return verdict('data_erased', 'Its fields cannot be judged: the data was erased.');
  }
  const says = `It wants changes of these fields alone: ${cut(wanted.join(', '))}.`;
  return verdict('fields', says, cut(changed.join(', ')));
}

function cut(text: string): string {
  return text.length > limits.evidenceChars ? `${text.slice(0, limits.evidenceChars)}…` : text;
}

function explainByFilter(filter: string, event: StoredEvent): SubscriptionVerdict {
  const refusal = explainFilter(filter, event);
  if (refusal === null) return verdict('matched', 'Its types and its filter match.');
  if (event.dataErasedAt !== undefined) {
    return verdict('data_erased', 'Its filter cannot be judged: the data was erased.');
  }
  const { part, value, error } = refusal;
  if (error !== null) return verdict('filter', `Its filter failed at ${part}: ${error}`, value);
  return verdict('filter', `Its filter says no: ${part} is not true.`, value);
}

function verdict(rule: SubscriptionRule, says: string, value: string | null = null) {
  return { rule, says, value };
}

function isAbout(wanted: NonNullable<Subscription['entity']>, { entity }: StoredEvent): boolean {
  if (entity === null || entity.type !== wanted.type) return false;
  return wanted.id === null || wanted.id === entity.id;
}

function entityText({ entity }: StoredEvent): string | null {
  return entity === null ? null : `${entity.type}/${entity.id}`;
}
