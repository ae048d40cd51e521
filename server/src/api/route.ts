import type { IncomingHttpHeaders } from 'node:http';
import type { Static, TSchema } from 'typebox';
import type { FailureCode } from '../core/failures.ts';
import type { Scope } from '../core/tenant.ts';
import type { TraceContext } from '../core/trace-context.ts';
import type { Access } from './access.ts';
import type { ApiDeps } from './deps.ts';
import type { IdempotencyClaim } from './idempotency-claim.ts';

/** One request as a route sees it: checked, and known who sent it. */
export type Call<Params = unknown, Query = unknown, Body = unknown> = {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The body's bytes as sent; empty when there is none. */
  readonly raw: Buffer;
  readonly access: Access;
  readonly headers: IncomingHttpHeaders;
  /** The method and path, without the query. */
  readonly method: string;
  readonly path: string;
  /** How the answer is to be kept; null without an `Idempotency-Key`. */
  readonly idempotency: IdempotencyClaim | null;
  /** The trace that the request is a part of; null when it names none. */
  readonly trace: TraceContext | null;
};

/** A text that is made while it is taken. */
export type EndlessText = {
  readonly pieces: AsyncIterable<string | Uint8Array>;
  /** Aborted when too little of it is taken. */
  readonly cutOff: AbortSignal;
  /** Nobody takes any more of it. */
  readonly closed: () => void;
};

/** What a route answers; `text` and `bytes` are bodies that are already made. */
export type Answer = {
  readonly status: number;
  readonly body?: unknown;
  readonly text?: string;
  readonly bytes?: Uint8Array;
  readonly stream?: EndlessText;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A route as data: it serves requests and draws the OpenAPI page. */
export type RouteOf<Params extends TSchema, Query extends TSchema, Body extends TSchema> = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With parameters in braces: `/v1/events/{id}`. */
  readonly path: string;
  readonly summary: string;
  /** What a key must allow; null for anyone. */
  readonly scope: Scope | null;
  /** Whether pages of allowed origins may call it, and a token for one stream is enough. */
  readonly isForPages?: boolean;
  /** Only for the operator's keys. */
  readonly isOperators?: boolean;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** Whether the body is left as bytes, for `handle` to read and check. */
  readonly isBodyRaw?: boolean;
  /** Whether the body may be left out. */
  readonly isBodyOptional?: boolean;
  /** The most bytes of a body; `configBytes` when not said. */
  readonly bodyBytes?: number;
  readonly contentTypes?: readonly string[];
  /** Bodies of other content types than JSON, each with its schema; left as bytes for `handle`. */
  readonly otherBodies?: Readonly<Record<string, TSchema>>;
  /** Whether these headers make any content type right, as the data of a binary CloudEvent. */
  readonly takesAnyType?: (headers: IncomingHttpHeaders) => boolean;
  /** Whether it keeps its answer under an `Idempotency-Key`. */
  readonly isIdempotent?: boolean;
  /** Whether the operator needs to name no tenant for it, so that an answer may be nobody's. */
  readonly isTenantless?: boolean;
  /** Headers of its own that it reads, each with what it says. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<number, TSchema | null>>;
  /** The content type of its answers; JSON when not said. */
  readonly answerType?: string;
  /** Answers of 200 in other content types, for those who ask for them by `Accept`. */
  readonly otherAnswers?: Readonly<Record<string, TSchema>>;
  readonly fails: readonly FailureCode[];
  handle(
    call: Call<Static<Params>, Static<Query>, Static<Body>>,
    deps: ApiDeps,
  ): Answer | Promise<Answer>;
};

/** A route whose own types are no longer of interest. */
export type Route = Omit<RouteOf<TSchema, TSchema, TSchema>, 'handle'> & {
  handle(call: Call, deps: ApiDeps): Answer | Promise<Answer>;
};

/** Names a route; what `handle` gets is what the schemas have let through. */
export function route<
  Params extends TSchema = TSchema,
  Query extends TSchema = TSchema,
  Body extends TSchema = TSchema,
>(definition: RouteOf<Params, Query, Body>): Route {
  return definition;
}
