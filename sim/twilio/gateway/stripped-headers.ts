import type { IncomingHttpHeaders } from "node:http";

/** Headers that never reach a Function (twilio.md 5.4). */
const stripped = new Set(
  "via referer connection upgrade transfer-encoding expect trailer x-real-ip content-length".split(" "),
);
const strippedPrefixes = ["x-forwarded-", "x-amz", "ot-", "i-twilio-", "i-t-", "proxy-"];

/** The headers that reach a Function. */
export const withoutStripped = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !stripped.has(name) && !strippedPrefixes.some((prefix) => name.startsWith(prefix)),
    ),
  );
