import { headerOf } from './evidence.ts';
import type { Case, Rule } from './explanation.ts';

/** Rules for statuses that mean something of their own. */
const rulesByStatus: Record<number, Rule> = {
  400: () => ({
    cause: 'The receiver does not understand the request.',
    fix:
      'Compare the body it got with what it expects: the format of the endpoint (standard, flat, ' +
      'raw) decides its shape.',
  }),
  401: explainRefusal,
  403: explainRefusal,
  404: () => ({
    cause: 'The receiver knows nothing under this path.',
    fix: 'Correct the path in the URL of the endpoint, or deploy the route at the receiver.',
  }),
  405: (seen) => ({
    cause: 'The receiver does not take POST at this path.',
    evidence: `It answered 405; it allows: ${headerOf(seen, 'allow') ?? 'nothing that it names'}.`,
    fix: 'Route POST at the receiver, or correct the path in the URL of the endpoint.',
  }),
  408: () => ({
    cause: 'The receiver, or a proxy before it, waited too long for the request.',
    fix: 'Raise its time-out for reading requests; if it recurs, look at the network between.',
  }),
  410: () => ({
    cause: 'The receiver says that it is gone for good.',
    fix:
      'If that is right, delete the endpoint. If not, make the receiver answer 2xx, enable the ' +
      'endpoint again and retry its dead letters.',
  }),
  413: () => ({
    cause: 'The event is larger than the receiver takes.',
    fix: 'Raise the body limit of the receiver or its proxy, or publish smaller data.',
  }),
  415: () => ({
    cause: 'The receiver does not take this content type.',
    fix: "Make it take the content type of the request, or change the endpoint's format.",
  }),
  422: () => ({
    cause: 'The receiver understands the event and does not accept its content.',
    fix: 'Read in its answer which field it refuses, and correct the publisher or the receiver.',
  }),
  429: (seen) => ({
    cause: 'The receiver asks for fewer requests.',
    evidence: `It answered 429; ${retryAfterOf(seen)}.`,
    fix: "Set the endpoint's ratePerSecond or a smaller maxInFlight, or raise that limit.",
  }),
  500: () => ({
    cause: 'The receiver failed while it handled the event.',
    fix: 'Look into its log at the time of the attempt; the webhook-id names the event.',
  }),
  502: explainGateway,
  503: (seen) => ({
    cause: 'The receiver is not available: overloaded, restarting or in maintenance.',
    evidence: `It answered 503; ${retryAfterOf(seen)}.`,
    fix: 'Nothing if it is short: the delivery is tried again. Else start or scale the receiver.',
  }),
  504: explainGateway,
};

/** The rule for a status that is no success: its own, else that of its class. */
export function statusRule(status: number): Rule {
  return rulesByStatus[status] ?? classRule(status);
}

function classRule(status: number): Rule {
  if (status >= 300 && status < 400) return explainRedirect;
  if (status >= 400 && status < 500) return explainClientError;
  if (status >= 500 && status < 600) return explainServerError;
  return explainOddStatus;
}

function explainRefusal({ endpoint }: Case): ReturnType<Rule> {
  const header = endpoint.headerNames === 'svix' ? 'svix-signature' : 'webhook-signature';
  const fixes = {
    standard:
      `Give the receiver the endpoint's current secret, verify ${header} over the raw body, and ` +
      'check its clock; if it wants a token instead, set that as a custom header.',
    'hmac-hex':
      "Give the receiver the endpoint's current secret and verify X-Webhook-Signature over the " +
      'raw body, before any parsing; if it wants a token instead, set that as a custom header.',
    none: 'This endpoint signs nothing: choose a scheme, or set its token as a custom header.',
  };
  return {
    cause: 'The receiver does not trust the request: most often the secret or a token is wrong.',
    fix: fixes[endpoint.scheme],
  };
}

function explainRedirect(seen: Case): ReturnType<Rule> {
  const { statusCode } = seen.attempt;
  const location = headerOf(seen, 'location');
  return {
    cause: 'The receiver redirects, and redirects are not followed.',
    evidence: `It answered ${statusCode} with ${
      location === null ? 'no Location' : `Location: ${location}`
    }.`,
    fix: 'Set the final URL as the URL of the endpoint; mind https, www and a slash at the end.',
  };
}

function explainGateway(): ReturnType<Rule> {
  return {
    cause: 'A proxy before the receiver got no good answer from it.',
    fix: 'Check that the receiver behind the proxy runs and answers within the proxy’s time-out.',
  };
}

function explainClientError(): ReturnType<Rule> {
  return {
    cause: 'The receiver refused the request.',
    fix: 'Read its answer and its log for the reason; only 2xx counts as received.',
  };
}

function explainServerError(): ReturnType<Rule> {
  return {
    cause: 'The receiver, or a proxy before it, has a problem of its own.',
    fix: 'Look into the log of the receiver at the time of the attempt.',
  };
}

function explainOddStatus(): ReturnType<Rule> {
  return {
    cause: 'The receiver answered with a status that ends no request.',
    fix: 'Answer with a status from 200 to 299 once the event is stored.',
  };
}

function retryAfterOf(seen: Case): string {
  const asked = headerOf(seen, 'retry-after');
  return asked === null ? 'it did not say when to come back' : `Retry-After: ${asked}`;
}
