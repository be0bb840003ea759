/** Keys that a tool asks for: complete with `maxDigits`, with the `endKey`, or when no more are pressed in time. */
export type KeyRequest = {
  maxDigits: number;
  endKey: string | undefined;
  firstKeyWithinMs: number;
  nextKeyWithinMs: number;
};
