import * as kinds from "./setting-kinds.ts";
import { preset } from "./setting.ts";
import { telephonePrices, telephonePricesAsOf } from "./telephone-prices.ts";

const { inboundUsdPerMinute, outboundUsdPerMinute } = telephonePrices;

/** What calls may cost. */
export const spending = {
  MAX_USD_PER_CALL: preset(["worker"], kinds.dollarsOrOff(), "10", {
    help: "What a call may cost, model and line, before the assistant says goodbye.",
    why: "A model that reads a long call again at each turn costs more every minute.",
  }),
  MAX_USD_PER_HOUR: preset(["worker"], kinds.dollarsOrOff(), "0", {
    help: "What all calls may cost in an hour; then those that run are wrapped up, and new ones are busy.",
  }),
  MAX_USD_PER_DAY: preset(["worker"], kinds.dollarsOrOff(), "100", {
    help: "The same in 24 hours. Raise it before you expect many calls.",
    why: "It bounds what a flood of calls, or a loop, can cost.",
  }),
  INBOUND_USD_PER_MINUTE: preset(["worker"], kinds.number(0, 100), String(inboundUsdPerMinute), {
    help: `What Twilio takes for a minute of a call that comes in: here a US local number's price on ${telephonePricesAsOf}.`,
  }),
  OUTBOUND_USD_PER_MINUTE: preset(["worker"], kinds.number(0, 100), String(outboundUsdPerMinute), {
    help: "The same for a call that you place: here one within the USA. Abroad it may be a hundred times that.",
  }),
};
