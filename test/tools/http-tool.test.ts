import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Clock, realClock, virtualClock } from "../../sim/clock.ts";
import type { HttpToolDeclaration } from "../../worker/tools/http-declaration.ts";
import { httpTool } from "../../worker/tools/http-tool.ts";
import { readBounded } from "../../worker/tools/read-bounded.ts";
import { runTool } from "../../worker/tools/run-tool.ts";
import { freePort } from "../../scripts/parts/ports.ts";
import { context, going } from "./context.ts";
import { type Seen, type Service, service } from "./service.ts";

const declaration: Omit<HttpToolDeclaration, "url"> = {
  name: "book",
  description: "Books a table.",
  parameters: {
    type: "object",
    properties: {
      place: { type: "string" },
      seats: { type: "integer", maximum: 8 },
      wishes: { type: "array", items: { type: "string" } },
    },
    required: ["place"],
  },
  method: "POST",
};

async function started(answer: (response: ServerResponse, request: Seen) => void): Promise<Service> {
  const running = await service(answer);
  onTestFinished(() => running.close());
  return running;
}

type Call = { part?: Partial<HttpToolDeclaration>; args?: object; signal?: AbortSignal; clock?: Clock };

function call(baseUrl: string, { part = {}, args = { place: "bar" }, signal = going(), clock = realClock }: Call = {}) {
  const tool = httpTool({ ...declaration, url: `${baseUrl}/tables`, ...part }, secrets, { allowLoopback: true });
  return runTool([tool], { name: "book", arguments: JSON.stringify(args) }, context, signal, clock);
}

const secrets = { BOOKING_KEY: "k-4711" };

describe("a request", () => {
  const args = { place: "bar & grill", seats: 4, wishes: ["window", "quiet"] };
  const query = "place=bar+%26+grill&seats=4&wishes=window&wishes=quiet";

  test.each<[HttpToolDeclaration["method"], string, string, string]>([
    ["GET", "/tables", `/tables?${query}`, ""],
    ["DELETE", "/tables?soft=1", `/tables?soft=1&${query}`, ""],
    ["POST", "/tables", "/tables", JSON.stringify(args)],
    ["PUT", "/tables", "/tables", JSON.stringify(args)],
    ["PATCH", "/at/{place}", "/at/bar%20%26%20grill", JSON.stringify({ seats: 4, wishes: ["window", "quiet"] })],
    ["GET", "/at?in={place}", "/at?in=bar+%26+grill&seats=4&wishes=window&wishes=quiet", ""],
  ])("%s %s puts the arguments where they belong", async (method, path, url, body) => {
    const { url: base, seen } = await started((response) => response.end("booked"));
    expect(await call(base, { part: { method, url: base + path }, args })).toEqual({ output: "booked" });
    expect(seen.map((request) => [request.method, request.url, request.body])).toEqual([[method, url, body]]);
    expect(seen[0]?.headers["content-type"]).toBe(body === "" ? undefined : "application/json");
    expect(seen[0]?.headers["idempotency-key"]).toBe(method === "GET" ? undefined : context.idempotencyKey);
  });

  test("carries its headers, with secrets in them", async () => {
    const { url, seen } = await started((response) => response.end());
    const headers = { Authorization: "Bearer ${BOOKING_KEY}", "Content-Type": "application/x+json", "X-A": "1" };
    await call(url, { part: { headers } });
    expect(seen[0]?.headers).toMatchObject({
      authorization: "Bearer k-4711",
      "content-type": "application/x+json",
      "x-a": "1",
    });
  });

  test("is not sent when the arguments do not fit", async () => {
    const { url, seen } = await started((response) => response.end());
    expect((await call(url, { args: { place: "bar", seats: 9 } })).fault).toBe("arguments: seats must be at most 8");
    expect(seen).toEqual([]);
  });
});

describe("a declaration is refused at the start", () => {
  test.each<[string, Partial<HttpToolDeclaration>, string]>([
    ["a missing secret", { headers: { "X-Key": "${OTHER_KEY}" } }, "the header X-Key needs the secret OTHER_KEY"],
    ["a secret by an inherited name", { headers: { "X-Key": "${toString}" } }, "needs the secret toString"],
    ["an impossible header", { headers: { "X Key": "1" } }, "the header X Key has a name or a value"],
    ["the host as a header", { headers: { Host: "10.0.0.1" } }, "the header Host is set by the connection itself"],
    [
      "an object in a query",
      { method: "GET", parameters: { type: "object", properties: { at: { type: "object", properties: {} } } } },
      "at does not fit into the query of a GET",
    ],
    [
      "a list in the path",
      {
        url: "https://api.example.com/{at}",
        parameters: {
          type: "object",
          properties: { at: { type: "array", items: { type: "string" } } },
          required: ["at"],
        },
      },
      "uses {at}, which must be a text, a number or a boolean",
    ],
  ])("%s", (_, part, fault) => {
    const broken = { ...declaration, url: "https://api.example.com/", ...part };
    expect(() => httpTool(broken, secrets)).toThrow(`The tool "book" cannot be offered to the model: `);
    expect(() => httpTool(broken, secrets)).toThrow(fault);
  });

  test("and the message never tells a secret", () => {
    const broken = { ...declaration, url: "https://api.example.com/", headers: { "X-Key": "${KEY}" } };
    const attempt = () => httpTool(broken, { KEY: "k-4711\nX-Other: 1" });
    expect(attempt).toThrow("the header X-Key has a name or a value that HTTP does not allow");
    expect(attempt).not.toThrow("4711");
  });
});

describe("an answer", () => {
  test("without text is still an answer", async () => {
    const { url } = await started((response) => response.writeHead(204).end());
    expect(await call(url)).toEqual({ output: "The service did it, and answered with no text." });
  });

  test.each([400, 401, 404, 429, 500, 503])("of status %i becomes a sentence, its body unread", async (status) => {
    const { url } = await started((response) => response.writeHead(status).end("stack at line 3"));
    expect(await call(url)).toEqual({
      output: `The service did not do it; it answered with status ${status}.`,
      fault: `http ${status}`,
    });
  });

  test.each([301, 302, 303, 307, 308])("that redirects (%i) is not followed", async (status) => {
    const { url, seen } = await started((response) => response.writeHead(status, { location: "/elsewhere" }).end());
    expect(await call(url)).toEqual({
      output: "The service sent the request elsewhere, which is not allowed.",
      fault: `http ${status}`,
    });
    expect(seen.map((request) => request.url)).toEqual(["/tables"]);
  });

  test("without end is cut, and the connection closed", async () => {
    let closed: Promise<unknown> | undefined;
    const { url } = await started((response) => {
      closed = once(response, "close");
      const send = (): void => {
        while (!response.destroyed && response.write("x".repeat(10_000)));
      };
      response.on("drain", send);
      send();
    });
    const { output, fault } = await call(url);
    expect([output.length, fault]).toEqual([8_000, undefined]);
    await closed;
  });

  test("that breaks off is none", async () => {
    const { url } = await started((response) => {
      response.writeHead(200, { "content-length": "100" }).write("half");
      setImmediate(() => response.destroy());
    });
    expect((await call(url)).fault).toMatch(/^unreachable: /);
  });

  test("from nobody is a sentence", async () => {
    const { output, fault } = await call(`http://127.0.0.1:${await freePort()}`);
    expect(output).toBe("The service could not be reached, or did not finish its answer.");
    expect(fault).toBe("unreachable: TypeError");
  });
});

describe("a service that is slow", () => {
  test("is hung up on when the tool's time is up", async () => {
    const clock = virtualClock();
    let closed: Promise<unknown> | undefined;
    const { url } = await started((response) => {
      closed = once(response, "close");
      clock.advance(10_000);
    });
    expect((await call(url, { clock })).fault).toBe("timeout 10000 ms");
    await closed;
  });

  test("in the middle of its answer is hung up on, too", async () => {
    const clock = virtualClock();
    let closed: Promise<unknown> | undefined;
    const { url } = await started((response) => {
      closed = once(response, "close");
      response.write("half", () => clock.advance(10_000));
    });
    expect((await call(url, { clock })).fault).toBe("timeout 10000 ms");
    await closed;
  });

  test("is hung up on when the call ends, quietly", async () => {
    const hangUp = new AbortController();
    let closed: Promise<unknown> | undefined;
    const { url } = await started((response) => {
      closed = once(response, "close");
      hangUp.abort();
    });
    expect(await call(url, { signal: hangUp.signal })).toEqual({ output: "The call is over." });
    await closed;
  });
});

/** An answer that comes in these pieces. */
const inPieces = (pieces: Uint8Array[]): Response =>
  new Response(
    new ReadableStream({
      pull(controller) {
        const next = pieces.shift();
        if (next) controller.enqueue(next);
        else controller.close();
      },
    }),
  );

describe("reading an answer", () => {
  test.each([
    [["ab", "cd"], 10, "abcd"],
    [["ab", "cd"], 4, "abcd"],
    [["ab", "cd"], 3, "abc"],
    [["ä", "ö"], 3, "ä"],
    [[], 10, ""],
  ])("%j within %i bytes: %j", async (texts, maxBytes, expected) => {
    const pieces = texts.map((text) => new TextEncoder().encode(text));
    expect(await readBounded(inPieces(pieces), maxBytes)).toBe(expected);
  });

  test("a character in two pieces is one", async () => {
    const bytes = new TextEncoder().encode("ä");
    expect(await readBounded(inPieces([bytes.subarray(0, 1), bytes.subarray(1)]), 10)).toBe("ä");
  });
});
