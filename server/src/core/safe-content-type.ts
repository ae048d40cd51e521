/** A content type that may stand in a header; what could not is called plain bytes. */
export function safeContentType(contentType: string): string {
  return /^[\x20-\x7e]+$/.test(contentType) ? contentType : 'application/octet-stream';
}
