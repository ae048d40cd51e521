const mask = '••••';

/**
 * A URL that may be shown to others than its owner: who logs in with it, and the values of its
 * query, are masked. What is no URL is masked whole.
 */
export function maskedUrl(text: string): string {
  if (!URL.canParse(text)) return mask;
  const url = new URL(text);
  const login = url.username === '' && url.password === '' ? '' : `${mask}@`;
  const query = [...url.searchParams.keys()].map((name) => `${encodeURIComponent(name)}=${mask}`);
  const search = query.length === 0 ? '' : `?${query.join('&')}`;
  return `${url.protocol}//${login}${url.host}${url.pathname}${search}`;
}
