/** Reads a message's body as UTF-8 text, up to `maxBytes` of it; the rest is not even received. */
export async function readBounded({ body }: Pick<Response, "body">, maxBytes: number): Promise<string> {
  if (!body) return "";
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = "";
  let roomBytes = maxBytes;
  while (roomBytes > 0) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value.subarray(0, roomBytes), { stream: true });
    roomBytes -= value.length;
  }
  await reader.cancel();
  return text;
}
