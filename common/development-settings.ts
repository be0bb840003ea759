import * as kinds from "./setting-kinds.ts";
import { type Known, preset } from "./setting.ts";

/** What only somebody who works on this wants. */
export const development = {
  CHAOS: {
    ...preset(["worker"], kinds.choice("off", "on"), "off", {
      help: "on: calls can be broken on purpose, by npm run chaos and npm run soak. On this machine alone.",
      why: "It opens a door through which calls are broken.",
    }),
    clash: (value: "off" | "on", { SERVER_URL }: Known) =>
      value === "on" && isPublic(SERVER_URL) ? "is on while SERVER_URL is a public address" : undefined,
  },
};

const isPublic = (address: unknown): boolean =>
  typeof address === "string" && !kinds.isLoopback(new URL(address).hostname);
