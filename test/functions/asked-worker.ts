import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { text } from "node:stream/consumers";
import { isLinkRequestSigned, linkSignatureHeader } from "../../common/link-signature.ts";

/** How the Worker of a test answers the question about one call. */
export type Reply = (response: ServerResponse) => void;

/** What it was asked, with the JSON of a body, and whether the question was signed with the secret. */
export type Question = { method: string; path: string; isSigned: boolean; body?: unknown };

/**
 * A server in the Worker's place, that answers each question as it is told, by the second word of its path: a call's
 * SID, or `admit`. An HTTP server, and no more.
 */
export async function askedWorker(secret: string, replies: Record<string, Reply>) {
  const questions: Question[] = [];
  const server = createServer((request, response) => {
    void read(request, secret).then((question) => {
      questions.push(question);
      const subject = request.url?.split("/")[2] ?? "";
      (replies[subject] ?? json({ verdict: "hang-up" }))(response);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    questions,
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Answers with JSON. */
export const json =
  (body: unknown, status = 200): Reply =>
  (response) =>
    void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

async function read(request: IncomingMessage, secret: string): Promise<Question> {
  const { method = "", url: path = "", headers } = request;
  const body = await text(request);
  const isSigned = isLinkRequestSigned(
    secret,
    { method, path, body },
    String(headers[linkSignatureHeader]),
    Date.now(),
  );
  return { method, path, isSigned, ...(body !== "" && { body: JSON.parse(body) }) };
}
