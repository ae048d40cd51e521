import { Type } from './type.ts';
import { limits } from '../../core/limits.ts';
import { closed, id, orNull, text, whole } from './fields.ts';

const email = Type.String({
  maxLength: limits.emailChars,
  pattern: '^[^@\\s\\u0000-\\u001f\\u007f-\\u009f]+@[^@\\s\\u0000-\\u001f\\u007f-\\u009f]+$',
  'x-says': 'must be an address such as oncall@example.com',
});

const contact = Type.Object(
  {
    email: Type.Optional(email),
    slackUrl: Type.Optional(text(limits.urlChars, 1, 'Secret: shown masked.')),
    endpointId: Type.Optional(id),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
    description: 'One of the three. Mail and Slack are kept, but nothing is sent to them yet.',
  },
);

const contacts = Type.Array(contact, {
  maxItems: limits.contacts,
  description: 'Whom alerts reach besides subscribers of posthorn.*; none: the next one up says.',
});

const alert = closed({
  failures: Type.Optional(whole(1, limits.alertFailuresMax, 'So many failed attempts …')),
  windowMs: Type.Optional(
    whole(limits.alertWindowMinMs, limits.alertWindowMaxMs, '… in this time raise an alert.'),
  ),
});

/** What can be said about alerts. Null, or leaving it out, means what the next one up says. */
export const alertSettings = {
  contacts: Type.Optional(orNull(contacts)),
  alert: Type.Optional(orNull(alert)),
};

/** What was said about alerts, as it is shown. */
export const alertFields = { contacts, alert: orNull(alert) };

/** Whom alerts about an endpoint reach today. */
export const alertsReach = Type.Enum(
  ['nobody', 'subscribers', 'contacts', 'subscribers_and_contacts'],
  { description: 'Whom alerts about it reach today; mail and Slack do not count yet.' },
);
