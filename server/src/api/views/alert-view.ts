import type { AlertSettings, Contact } from '../../core/alert/contact.ts';

const mask = '••••';

/** What was said about alerts, as it is shown; the URL of a Slack hook is a secret. */
export function alertView({ contacts = [], alert = null }: AlertSettings) {
  return { contacts: contacts.map(contactView), alert };
}

/** What a person should know of contacts that were just set. */
export function contactWarnings({ contacts = [] }: AlertSettings) {
  const isSilent = contacts.some((contact) => !('endpointId' in contact));
  return isSilent ? [notSent] : [];
}

const notSent = {
  code: 'contact_not_sent',
  message: 'Mail and Slack contacts are kept, but nothing is sent to them yet.',
};

function contactView(contact: Contact): Contact {
  if (!('slackUrl' in contact)) return contact;
  const { slackUrl } = contact;
  return { slackUrl: URL.canParse(slackUrl) ? `${new URL(slackUrl).origin}/${mask}` : mask };
}
