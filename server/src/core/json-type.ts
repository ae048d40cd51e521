/** Whether a media type says that its content is JSON. */
export function isJsonType(contentType: string): boolean {
  return /^\s*application\/([\w.+-]+\+)?json\s*(;|$)/i.test(contentType);
}
