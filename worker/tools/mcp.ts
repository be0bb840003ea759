import { serviceUrlFault } from "./service-url.ts";

/** A server of tools (Model Context Protocol) which the model itself calls: nothing of it passes through us. */
export type McpServer = {
  /** What the model calls the server by. */
  label: string;
  url: string;
  /** An access token for the server. */
  authorization?: string;
  /** The tools it may use; all, when absent. */
  allowedTools?: readonly string[];
  /** On a telephone nobody is there to approve a call. */
  requireApproval: "never";
};

/** Checks a declaration and gives it back; throws an error that says what to mend. */
export function mcpServer(declaration: McpServer): McpServer {
  const fault = declarationFault(declaration);
  if (fault !== undefined) throw new Error(`The MCP server "${declaration.label}" cannot be used: ${fault}.`);
  return declaration;
}

function declarationFault({ label, url, authorization, allowedTools, requireApproval }: McpServer): string | undefined {
  if (!/^[A-Za-z][\w-]{0,63}$/.test(label)) return "its label must be a letter and up to 63 letters, digits, _ or -";
  if (!URL.canParse(url)) return "its url is none";
  const urlFault = serviceUrlFault(new URL(url));
  if (urlFault !== undefined) return `its url ${urlFault}`;
  if (authorization?.trim() === "") return "its authorization is empty; leave it out, or set the token";
  if (allowedTools?.length === 0) return "its allowedTools are empty; leave them out to allow all";
  return requireApproval === "never" ? undefined : 'its requireApproval must be "never"';
}
