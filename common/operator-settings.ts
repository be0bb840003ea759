import * as kinds from "./setting-kinds.ts";
import { optional } from "./setting.ts";

const audience = kinds.shaped(/^[\w-]{1,200}$/, "the application's AUD tag, as its page in Cloudflare shows it");

/** Who may look into calls, and end them. */
export const operators = {
  OPERATOR_SECRET: optional(["worker"], kinds.secret(16), {
    help: "Lets an operator in, at /login or as a bearer token. Without it nobody is let in, but on this machine.",
    why: "Who knows it reads what callers say, and ends their calls.",
  }),
  ACCESS_TEAM_DOMAIN: optional(["worker"], kinds.origin(), {
    help: "In place of OPERATOR_SECRET, Cloudflare Access: your team's address, https://my-team.cloudflareaccess.com.",
    why: "Whomever it vouches for is an operator.",
  }),
  ACCESS_AUDIENCE: optional(["worker"], audience, {
    help: "The AUD tag of the Access application that stands before this Worker.",
    why: "Without it whoever may use any application of your team would be an operator.",
  }),
};
