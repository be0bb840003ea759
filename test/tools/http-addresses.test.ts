import { describe, expect, test } from "vitest";
import type { HttpToolDeclaration } from "../../worker/tools/http-declaration.ts";
import { httpTool } from "../../worker/tools/http-tool.ts";
import { runTool } from "../../worker/tools/run-tool.ts";
import { serviceUrlFault } from "../../worker/tools/service-url.ts";
import { context, going } from "./context.ts";

const at = (url: string): HttpToolDeclaration => ({
  name: "look_up",
  description: "Looks something up.",
  parameters: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
  method: "GET",
  url,
});

/** The addresses that a tool with this URL and argument asks, on a network that is not there. */
async function asked(url: string, id: string): Promise<{ addresses: string[]; output: string }> {
  const addresses: string[] = [];
  const network: typeof fetch = async (input) => {
    addresses.push(input instanceof Request ? input.url : String(input));
    return new Response("found");
  };
  const tool = httpTool(at(url), {});
  const call = { name: "look_up", arguments: JSON.stringify({ id }) };
  const { output } = await runTool([tool], call, { ...context, fetch: network }, going());
  return { addresses, output };
}

describe("a tool may ask the public internet", () => {
  test.each([
    ["https://api.example.com/"],
    ["https://api.example.com:8443/"],
    ["https://8.8.8.8/"],
    ["https://172.32.0.1/"],
    ["https://100.128.0.1/"],
    ["https://[2606:4700:4700::1111]/"],
    ["https://[2001:4860:4860::8888]/"],
    ["https://internal.example.com/"],
    ["https://localhost.example.com/"],
  ])("%s", async (url) => {
    expect((await asked(url, "7")).addresses).toEqual([`${url}?id=7`]);
  });
});

describe("a tool may not ask", () => {
  test.each([
    ["this machine", "https://localhost/"],
    ["this machine", "https://LOCALHOST./"],
    ["this machine", "https://api.localhost/"],
    ["this machine", "https://127.0.0.1/"],
    ["this machine, short", "https://127.1/"],
    ["this machine, decimal", "https://2130706433/"],
    ["this machine, octal", "https://0177.0.0.1/"],
    ["this machine, hexadecimal", "https://0x7f.0.0.1/"],
    ["this machine, hexadecimal", "https://0x7f000001/"],
    ["this machine, full-width digits", "https://１２７.0.0.1/"],
    ["this machine, percent-encoded", "https://%31%32%37.0.0.1/"],
    ["this machine, IPv6", "https://[::1]/"],
    ["this machine, IPv6 in full", "https://[0:0:0:0:0:0:0:1]/"],
    ["this machine, mapped", "https://[::ffff:127.0.0.1]/"],
    ["this machine, mapped", "https://[::ffff:7f00:1]/"],
    ["this machine, compatible", "https://[::127.0.0.1]/"],
    ["nothing", "https://0.0.0.0/"],
    ["nothing", "https://0/"],
    ["nothing, IPv6", "https://[::]/"],
    ["a private network", "https://10.0.0.1/"],
    ["a private network", "https://172.16.0.1/"],
    ["a private network", "https://172.31.255.255/"],
    ["a private network", "https://192.168.1.1/"],
    ["a private network, hexadecimal", "https://0xc0a80101/"],
    ["a private network, mapped", "https://[::ffff:10.0.0.1]/"],
    ["a private network, translated", "https://[64:ff9b::10.0.0.1]/"],
    ["a private network, 6to4", "https://[2002:a00:1::]/"],
    ["a private network, Teredo", "https://[2001::1]/"],
    ["a unique-local network", "https://[fd00::1]/"],
    ["a unique-local network", "https://[fc00::1]/"],
    ["a link", "https://169.254.169.254/latest/meta-data/"],
    ["a link", "https://[fe80::1]/"],
    ["a carrier's network", "https://100.64.0.1/"],
    ["a carrier's network", "https://100.127.255.255/"],
    ["a test network", "https://198.18.0.1/"],
    ["a protocol's network", "https://192.0.0.1/"],
    ["a relay's network", "https://192.88.99.1/"],
    ["a documentation's network", "https://192.0.2.1/"],
    ["a documentation's network", "https://198.51.100.1/"],
    ["a documentation's network", "https://203.0.113.1/"],
    ["a documentation's network", "https://[2001:db8::1]/"],
    ["many", "https://224.0.0.1/"],
    ["many", "https://[ff02::1]/"],
    ["everybody", "https://255.255.255.255/"],
    ["a private name", "https://metadata.google.internal/"],
    ["a private name", "https://printer.local/"],
    ["a private name", "https://nas.home.arpa/"],
    ["a private name", "https://home.arpa/"],
    ["a private name, with its final dot", "https://printer.local./"],
    ["a name without a dot", "https://router/"],
  ])("%s: %s", (_, url) => {
    expect(() => httpTool(at(url), {})).toThrow(/^The tool "look_up" .* must lead to a host of the public internet\.$/);
  });

  test.each([
    ["http://api.example.com/", "begin with https://"],
    ["ftp://api.example.com/", "begin with https://"],
    ["file:///etc/passwd", "begin with https://"],
    ["//api.example.com/", "begin with https://"],
    ["https:\\\\api.example.com/", "begin with https://"],
    ["https://api.example.com\\@10.0.0.1/", "begin with https://"],
    ["https://api.exam\nple.com/", "begin with https://"],
    ["https://{id}.example.com/", "a host without placeholders"],
    ["https://api.example.com{id}/", "a host without placeholders"],
    ["https://api.example.com:{id}/", "a host without placeholders"],
    ["https://user:word@api.example.com/", "no credentials"],
    ["https://{id}@api.example.com/", "a host without placeholders"],
    ["https://api.example.com/a b", "no white space"],
    ["https://api.example.com/#{id}", "no fragment"],
    ["https://api.example.com/{id", "a brace without its partner"],
    ["https://api.example.com/{}", "must be a required property"],
    ["https://api.example.com/{name}", "uses {name}, which must be a required property"],
  ])("through an address that is none: %j", (url, fault) => {
    expect(() => httpTool(at(url), {})).toThrow(fault);
  });
});

describe("loopback allowed, for a developer's own service", () => {
  test.each(["http://127.0.0.1:8080/", "http://localhost/", "http://[::1]:1/", "https://127.0.0.1/"])("%s", (url) => {
    expect(() => httpTool(at(url), {}, { allowLoopback: true })).not.toThrow();
  });

  test.each(["http://10.0.0.1/", "https://10.0.0.1/", "http://api.example.com/", "ftp://127.0.0.1/"])(
    "not %s",
    (url) => {
      expect(() => httpTool(at(url), {}, { allowLoopback: true })).toThrow(/must/);
    },
  );
});

test("loopback allowed is for HTTP alone", () => {
  expect(serviceUrlFault(new URL("ws://127.0.0.1/"), true)).toBe("must begin with https://");
});

describe("an argument cannot bend the address", () => {
  test.each([
    ["7", "7"],
    ["a/b?c=d#e", "a%2Fb%3Fc%3Dd%23e"],
    ["@10.0.0.1/", "%4010.0.0.1%2F"],
    ["\\\\10.0.0.1", "%5C%5C10.0.0.1"],
    ["%2e%2e", "%252e%252e"],
    ["ä {id}", "%C3%A4%20%7Bid%7D"],
    ["$&", "%24%26"],
    ["...", "..."],
  ])("%j is sent as %s", async (id, sent) => {
    const { addresses } = await asked("https://api.example.com/orders/{id}/lines", id);
    expect(addresses).toEqual([`https://api.example.com/orders/${sent}/lines`]);
  });

  test.each([".", "..", ""])("%j is not sent at all", async (id) => {
    for (const end of ["{id}", "{id}/lines"]) {
      const { addresses, output } = await asked(`https://api.example.com/orders/${end}`, id);
      expect(addresses).toEqual([]);
      expect(output).toMatch(/^The tool was not run: /);
    }
  });
});
