import * as kinds from "./setting-kinds.ts";
import { optional, preset } from "./setting.ts";
import { countries, hours, phoneNumbers } from "./telephone-kinds.ts";

/** Calls that we place. */
export const calling = {
  OUTBOUND_KEY: optional(["functions"], kinds.secrets(16), {
    help: "Lets a program place calls. Several parted by commas are all good, for changing them; none: nobody may.",
    why: "Who knows it can place calls at your cost.",
  }),
  TWILIO_PHONE_NUMBER: optional(["functions", "worker"], kinds.phoneNumber(), {
    help: "Your Twilio number: calls are placed from it.",
  }),
  MY_PHONE_NUMBER: optional(["functions"], kinds.phoneNumber(), {
    help: "Your own number: it is called when a request names none.",
  }),
  OUTBOUND_COUNTRIES: optional(["functions"], countries(), {
    help: "Where calls may go; without it to the country of TWILIO_PHONE_NUMBER alone.",
    why: "Calls to some countries cost dollars a minute, and whoever steals a key makes them.",
  }),
  DO_NOT_CALL: optional(["functions"], phoneNumbers(), { help: "Numbers that are never called." }),
  CALLING_HOURS: optional(["functions"], hours(), {
    help: "When people may be called, by the clock in every time zone of their country, or in the one a request names.",
  }),
  OUTBOUND_DISCLOSURE: optional(["functions"], kinds.text(1000), {
    help: "What Twilio says first in every call you place, such as: This is an AI assistant.",
  }),
  OUTBOUND_RING_SECONDS: preset(["functions"], kinds.whole(1, 600, "seconds"), "45", {
    help: "How long a phone rings that is called; most mailboxes answer sooner.",
  }),
  OUTBOUND_MAX_MINUTES: preset(["functions"], kinds.whole(1, 240, "minutes"), "35", {
    help: "After how long Twilio ends a call that was placed, whatever happens. Leave room after MAX_CALL_MINUTES.",
  }),
  OUTBOUND_PER_HOUR: preset(["worker"], kinds.whole(1, 100_000, "calls"), "60", {
    help: "How many calls may be placed in an hour.",
    why: "It bounds what a stolen key, or a loop in your program, can cost.",
  }),
  OUTBOUND_PER_NUMBER_PER_DAY: preset(["worker"], kinds.whole(1, 1000, "calls"), "10", {
    help: "How often one number may be called in 24 hours.",
  }),
};
