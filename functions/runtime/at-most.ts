/** What a promise gives, or a rejection when it takes too long: then it is left to itself, and its failure to nobody. */
export async function atMost<Value>(waitMs: number, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`There was no answer in ${waitMs} ms.`)), waitMs);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
