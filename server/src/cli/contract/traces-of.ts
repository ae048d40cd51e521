/** Every spelling of a secret under which it could lie in a file, a log or an answer. */
export function tracesOf(secret: string): string[] {
  const plain = Buffer.from(secret);
  const key = Buffer.from(/^wh(?:sec|sk)_(.+)$/.exec(secret)?.[1] ?? '', 'base64');
  const bytes = key.length === 0 ? [plain] : [plain, key];
  return bytes.flatMap((each) => [
    each.toString('latin1'),
    each.toString('hex'),
    each.toString('hex').toUpperCase(),
    ...base64sOf(each),
    encodeURIComponent(secret),
  ]);
}

/** What base64 makes of bytes that stand anywhere in others; ends that depend on them are cut. */
function base64sOf(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const whole = encoded.replace(/=+$/, '').slice(shift === 0 ? 0 : 4, -2);
    return [whole, whole.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
