import type { HttpToolDeclaration } from "./http-declaration.ts";
import { httpRequest } from "./http-request.ts";
import { readBounded } from "./read-bounded.ts";
import { type Tool, ToolError, cannotOffer, defineTool } from "./tool.ts";

const keyHeader = "idempotency-key";

/** More than the model ever gets: what is cut here, `runTool` cuts shorter, and says so. */
const maxResponseBytes = 64 * 1024;

/**
 * Makes a tool of a declaration. Arguments that the URL does not use go into the query (GET, DELETE) or are the JSON
 * body; the model reads the answer as text. Redirects are refused, and so is a host that is not of the public internet,
 * by its address or by its name; `allowLoopback` is for services of a developer's own machine. That a public name
 * resolves to a private address cannot be seen from a Worker: Cloudflare resolves it, and reaches no private network.
 * Throws when the declaration cannot work, for instance without a secret that a header needs.
 */
export function httpTool(
  declaration: HttpToolDeclaration,
  secrets: Record<string, string>,
  { allowLoopback = false }: { allowLoopback?: boolean } = {},
): Tool {
  const request = requestOf(declaration, secrets, allowLoopback);
  return defineTool({
    ...declaration,
    async run(args, { fetch, signal, idempotencyKey }) {
      const { url, ...init } = request(args);
      const headers = new Headers(init.headers);
      // What changes something is done once, though it is asked for twice, by a service that heeds it.
      if (init.method !== "GET" && !headers.has(keyHeader)) headers.set(keyHeader, idempotencyKey);
      const response = await fetch(url, { ...init, headers, redirect: "manual", signal }).catch(unreachable);
      await refuseFailure(response);
      const text = await readBounded(response, maxResponseBytes).catch(unreachable);
      return { output: text.trim() || "The service did it, and answered with no text." };
    },
  });
}

function requestOf(...parameters: Parameters<typeof httpRequest>): ReturnType<typeof httpRequest> {
  try {
    return httpRequest(...parameters);
  } catch (error) {
    throw cannotOffer(parameters[0].name, error instanceof Error ? error.message : String(error));
  }
}

/** The body of a failure stays unread: it is the service's own, and the model might read it aloud. */
async function refuseFailure({ ok, status, body }: Response): Promise<void> {
  if (ok) return;
  await body?.cancel();
  const output =
    status < 400
      ? "The service sent the request elsewhere, which is not allowed."
      : `The service did not do it; it answered with status ${status}.`;
  throw new ToolError(output, `http ${status}`);
}

function unreachable(error: unknown): never {
  const reason = error instanceof Error ? error.name : "unknown";
  throw new ToolError("The service could not be reached, or did not finish its answer.", `unreachable: ${reason}`);
}
