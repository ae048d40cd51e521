import type { StoredAttempt } from '../attempt.ts';
import type { Endpoint } from '../endpoint.ts';

/** Why an attempt failed, in words for the developer who owns the endpoint. */
export type Explanation = {
  /** What went wrong, in one sentence. */
  readonly cause: string;
  /** What was seen that says so. */
  readonly evidence: string;
  /** What to do about it. */
  readonly fix: string;
};

/** The parts of an attempt that the rules read. */
export type ExplainedAttempt = Pick<
  StoredAttempt,
  'status' | 'statusCode' | 'error' | 'latencyMs' | 'phases' | 'answer'
>;

/** The parts of its endpoint that the rules read. */
export type ExplainedEndpoint = Pick<Endpoint, 'url' | 'timeoutMs' | 'scheme' | 'headerNames'>;

/** What a rule may look at. */
export type Case = { readonly attempt: ExplainedAttempt; readonly endpoint: ExplainedEndpoint };

/** Explains one kind of failure; evidence that a rule does not give itself is put together. */
export type Rule = (seen: Case) => Omit<Explanation, 'evidence'> & { readonly evidence?: string };
