import { describe, expect, test } from "vitest";
import { type McpServer, mcpServer } from "../../worker/tools/mcp.ts";

const orders: McpServer = { label: "orders", url: "https://mcp.example.com/sse", requireApproval: "never" };

describe("an MCP server", () => {
  test.each<[Partial<McpServer>]>([[{}], [{ authorization: "t-1" }], [{ allowedTools: ["find_order"] }]])(
    "is passed on as declared: %j",
    (part) => {
      expect(mcpServer({ ...orders, ...part })).toEqual({ ...orders, ...part });
    },
  );

  test.each<[object, string]>([
    [{ label: "my orders" }, "its label must be"],
    [{ label: "1st" }, "its label must be"],
    [{ url: "mcp.example.com" }, "its url is none"],
    [{ url: "http://mcp.example.com" }, "its url must begin with https://"],
    [{ url: "https://u:p@mcp.example.com" }, "its url must hold no credentials"],
    [{ url: "https://10.0.0.1/" }, "its url must lead to a host of the public internet"],
    [{ authorization: " " }, "its authorization is empty"],
    [{ allowedTools: [] }, "its allowedTools are empty"],
    [{ requireApproval: "always" }, 'its requireApproval must be "never"'],
  ])("that cannot work is refused: %j", (part, fault) => {
    expect(() => mcpServer({ ...orders, ...part })).toThrow(fault);
  });

  test("is refused without telling its token", () => {
    expect(() => mcpServer({ ...orders, authorization: "t-4711", url: "x" })).not.toThrow("4711");
  });
});
