/** The pieces of a body as they come in; not every runtime goes through a stream by itself. */
export async function* streamPieces(
  body: Response['body'],
): AsyncGenerator<Uint8Array, void, undefined> {
  if (body === null) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const part = await reader.read();
      if (part.done) return;
      yield part.value as Uint8Array;
    }
  } finally {
    // Whoever stops reading hangs up.
    await reader.cancel().catch(() => null);
  }
}
