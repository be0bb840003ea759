import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { text } from "node:stream/consumers";

/** What wrangler uploads beside the code, as far as the tests look at it. */
export type Upload = {
  bindings: { name: string; type: string; text?: string }[];
  migrations: object;
  code_update_strategy: object;
};

/** Cloudflare's API as far as the first deploy of a Worker asks it. */
export async function cloudflareApi(): Promise<{ url: string; uploads: Upload[]; close(): Promise<void> }> {
  const uploads: Upload[] = [];
  const server = createServer((request, response) => void answer(request, response, uploads)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}/client/v4`,
    uploads,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, uploads: Upload[]): Promise<void> {
  const body = await text(request);
  const path = request.url?.split("?")[0] ?? "";
  if (request.method === "PUT" && path.endsWith("/scripts/voicecall")) uploads.push(uploadIn(body));
  const isUnknown = uploads.length === 0 && /\/(services|scripts)\/voicecall/.test(path);
  response.writeHead(isUnknown ? 404 : 200, { "content-type": "application/json" });
  response.end(
    JSON.stringify(
      isUnknown
        ? {
            success: false,
            errors: [{ code: 10_090, message: "There is no such Worker." }],
            messages: [],
            result: null,
          }
        : { success: true, errors: [], messages: [], result: worker },
    ),
  );
}

/** A Worker with an address, however it is asked for. */
const worker = {
  id: "voicecall",
  name: "voicecall",
  subdomain: { enabled: true, previews_enabled: false },
  enabled: true,
  previews_enabled: false,
  deployment_id: "1",
};

/** The metadata are the first part of the form, on one line. */
function uploadIn(form: string): Upload {
  const metadata = /name="metadata"\r\n\r\n(.*)\r\n/.exec(form)?.[1];
  if (metadata === undefined) throw new Error("the upload has no metadata");
  return JSON.parse(metadata);
}
