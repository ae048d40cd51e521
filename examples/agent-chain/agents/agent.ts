import type { EventHandlers, Posthorn } from '@posthorn/sdk';
import type { LocalBundles } from './local-bundles.ts';

/** What an agent works with. */
export type AgentTools = {
  readonly posthorn: Posthorn;
  readonly bundles: LocalBundles;
  /** The agent's own folder, which outlives its process. */
  readonly folder: string;
};

/** An agent: what it does on which event. */
export type Agent = (tools: AgentTools) => EventHandlers;

/** What is asked of the chain, as the data of `question.asked`. */
export type Question = {
  readonly text: string;
  readonly bundleId: string;
  /** The task that the whole chain answers. */
  readonly taskId: string;
};

/** What one agent hands to the next. */
export type Handover = Question & { readonly version: number };

/** Stands for the time that a model takes. */
export function think(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
