import { builtInEventTypes } from '../core/built-in-event-types.ts';
import { isReservedType } from '../core/event-type.ts';
import type { FieldError } from '../core/app-error.ts';
import { isJsonType } from '../core/json-type.ts';
import type { Json } from '../core/json.ts';
import { limits } from '../core/limits.ts';
import type { CatalogueMirror, Stored } from '../store/catalogue-mirror.ts';
import { compileSchema } from './compile-schema.ts';
import type { DataCheck } from './compile-schema.ts';
import type { NewEvent } from './new-event.ts';

/** What an event's type says against it. */
export type TypeProblem = {
  readonly code: 'unknown_event_type' | 'validation_failed';
  readonly errors: readonly FieldError[];
};

/** Those that need no registering. */
const builtIn: ReadonlySet<string> = new Set(builtInEventTypes.map(({ id }) => id));

type Known = { readonly version: number; readonly check: DataCheck };

/** Judges events by what the operator says of their types. */
export class TypeCheck {
  readonly #mirror: CatalogueMirror;
  readonly #isStrict: boolean;
  /** Compiled schemas, the least used first. */
  readonly #known = new Map<string, Known>();

  constructor(mirror: CatalogueMirror, { isStrict }: { isStrict: boolean }) {
    this.#mirror = mirror;
    this.#isStrict = isStrict;
  }

  /** Null when the type takes the event: most have nothing to say, and cost one look. */
  problem({ type, data, contentType }: TypedEvent): TypeProblem | null {
    const found = this.#mirror.get('event_type', null, type);
    if (found === null) return this.#isStrict && !isKnown(type) ? unknownType : null;
    if (found.value.schema === null) return null;
    if (!isJsonType(contentType)) return { code: 'validation_failed', errors: [notJson] };
    const errors = this.#checkOf(found)(parsed(data), '/data');
    return errors === null ? null : { code: 'validation_failed', errors };
  }

  #checkOf({ value, version }: Stored<'event_type'>): DataCheck {
    const known = this.#known.get(value.id);
    this.#known.delete(value.id);
    const check = known?.version === version ? known.check : compiled(value.schema ?? {});
    this.#known.set(value.id, { version, check });
    if (this.#known.size > limits.schemasCompiled) this.#forgetOldest();
    return check;
  }

  #forgetOldest(): void {
    for (const type of this.#known.keys()) {
      this.#known.delete(type);
      return;
    }
  }
}

function isKnown(type: string): boolean {
  return isReservedType(type) || builtIn.has(type);
}

type TypedEvent = Pick<NewEvent, 'type' | 'data' | 'contentType'>;

const unknownType: TypeProblem = {
  code: 'unknown_event_type',
  errors: [{ pointer: '/type', message: 'is not a registered event type' }],
};
const notJson = { pointer: '/data', message: 'must be JSON, for its type has a schema' };

/** A CloudEvent may bring no data at all. */
function parsed(data: Uint8Array): Json {
  if (data.length === 0) return null;
  return JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.length).toString()) as Json;
}

/** A schema was judged when it was stored, but perhaps by other rules than today's. */
function compiled(schema: Parameters<typeof compileSchema>[0]): DataCheck {
  const answer = compileSchema(schema);
  if (answer.is === 'ok') return answer.check;
  return (_data, pointer) => [{ pointer, message: 'cannot be checked: its schema is not usable' }];
}
