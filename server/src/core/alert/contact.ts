import type { EndpointId } from '../ids.ts';

/** Whom alerts reach besides subscribers. Mail and Slack are kept, but not sent to yet. */
export type Contact =
  | { readonly email: string }
  /** As good as a password: encrypted at rest and shown masked. */
  | { readonly slackUrl: string }
  | { readonly endpointId: EndpointId };
