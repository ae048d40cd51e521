const mask = '••••';

/**
 * A URL that may be shown to others than its owner: who logs in with it, and the values of its
 * query, are masked. A fragment is left out. What is no URL is masked whole.
 */
export function maskedUrl(text: string): string {
  if (!URL.canParse(text)) return mask;
  const url = new URL(text);
  if (url.host === '') return mask;
  const hasLogin = url.username !== '' || url.password !== '';
  if (!hasLogin && url.search === '' && url.hash === '') return text;
  const query = url.search.split(/[?&]/).filter((part) => part !== '');
  const search = query.length === 0 ? '' : `?${query.map(maskedPart).join('&')}`;
  return `${url.protocol}//${hasLogin ? `${mask}@` : ''}${url.host}${url.pathname}${search}`;
}

/** What has no name is all value. */
function maskedPart(part: string): string {
  const end = part.indexOf('=');
  return end === -1 ? mask : `${part.slice(0, end)}=${mask}`;
}
