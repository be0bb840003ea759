import { Refused } from "../../common/outbound-refusal.ts";
import type { Hours } from "../../common/telephone-kinds.ts";

/**
 * Refuses a call outside of the hours. Without a zone of its own it must be the hour in every zone of the country: a
 * number does not tell where in it somebody is.
 *
 * @throws Refused
 */
export function checkHours(hours: Hours, country: string, timeZone: string | undefined, nowMs: number): void {
  const zones = timeZone === undefined ? zonesOf(country) : [timeZone];
  if (zones.length === 0)
    throw new Refused(
      400,
      "time-zone-unknown",
      `It is not known what time it is in ${country}.`,
      "Name the time zone in the request: timeZone, such as Europe/Berlin.",
    );
  const outside = zones.find((zone) => !isWithin(hours, minuteOfDay(zone, nowMs)));
  if (outside === undefined) return;
  throw new Refused(
    403,
    "outside-calling-hours",
    `It is ${clock(minuteOfDay(outside, nowMs))} in ${outside}; calls are placed from ${clock(hours.startMinute)} to ${clock(hours.endMinute)}.`,
    timeZone === undefined ? "Call later, or name the person's own zone: timeZone." : "Call later.",
  );
}

/**
 * The time zones of a country as this runtime's own data (ICU) has them; three small territories have none there. They
 * were a property before they became a method, and TypeScript knows of neither yet.
 */
function zonesOf(country: string): string[] {
  const locale = new Intl.Locale(`und-${country}`);
  const method: unknown = Reflect.get(locale, "getTimeZones");
  const zones: unknown = typeof method === "function" ? method.call(locale) : Reflect.get(locale, "timeZones");
  return Array.isArray(zones) ? zones.filter((zone) => typeof zone === "string") : [];
}

const isWithin = ({ startMinute, endMinute }: Hours, minute: number): boolean =>
  minute >= startMinute && minute < endMinute;

function minuteOfDay(timeZone: string, nowMs: number): number {
  const format = new Intl.DateTimeFormat("en", { timeZone, hour: "numeric", minute: "numeric", hourCycle: "h23" });
  const part = (type: string): number => Number(format.formatToParts(nowMs).find((part) => part.type === type)?.value);
  return part("hour") * 60 + part("minute");
}

const clock = (minute: number): string =>
  [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":");
