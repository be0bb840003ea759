import { defineTool, unfit } from "./tool.ts";

/** Date and time, in the call's time zone or another one. */
export const currentTime = defineTool({
  name: "current_time",
  description: "Gives the current date and time, where the caller is unless another time zone is asked for.",
  parameters: {
    type: "object",
    properties: {
      time_zone: { type: "string", description: "An IANA time zone, such as Europe/Berlin.", maxLength: 64 },
    },
  },
  run({ time_zone: timeZone }, context) {
    const zone = timeZone ?? context.timeZone;
    return { output: `${inWords(context.nowMs, zone)} (${zone})` };
  },
});

/** Such as "Monday, 23 November 2026, 14:05". */
function inWords(timeMs: number, timeZone: string): string {
  const parts = calendarOf(timeZone).formatToParts(timeMs);
  const part = (type: string): string => parts.find((candidate) => candidate.type === type)?.value ?? "";
  return `${part("weekday")}, ${part("day")} ${part("month")} ${part("year")}, ${part("hour")}:${part("minute")}`;
}

function calendarOf(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-GB", {
      timeZone,
      weekday: "long",
      day: "numeric",
      month: "long",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
  } catch {
    throw unfit("time_zone must be an IANA time zone, such as Europe/Berlin");
  }
}
