import { describe, expect, onTestFinished, test } from "vitest";
import { type Refusal, Refused } from "../../common/outbound-refusal.ts";
import { checkHours } from "../../functions/placing/calling-hours.ts";

const nineToEight = { startMinute: 9 * 60, endMinute: 20 * 60 };

function refusalAt(time: string, country: string, timeZone?: string): Refusal["code"] | undefined {
  try {
    checkHours(nineToEight, country, timeZone, Date.parse(time));
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return error.refusal.code;
    throw error;
  }
}

const outside = "outside-calling-hours";

describe("calling hours from 09:00 to 20:00", () => {
  test.each([
    ["before nine in Berlin", "2026-11-24T07:59:59Z", "DE", undefined, outside],
    ["at nine in Berlin", "2026-11-24T08:00:00Z", "DE", undefined, undefined],
    ["at nine in Berlin's summer, an hour earlier", "2026-07-24T07:00:00Z", "DE", undefined, undefined],
    ["to the last minute before eight", "2026-11-24T18:59:59Z", "DE", undefined, undefined],
    ["at eight", "2026-11-24T19:00:00Z", "DE", undefined, outside],
    ["in New York's morning, while Honolulu sleeps", "2026-11-24T15:00:00Z", "US", undefined, outside],
    ["at nine in Adak and Honolulu, and two in New York", "2026-11-24T19:00:00Z", "US", undefined, undefined],
    ["in New York's evening", "2026-11-25T01:00:00Z", "US", undefined, outside],
    ["in New York's morning, where the person is", "2026-11-24T15:00:00Z", "US", "America/New_York", undefined],
    ["at night where the person is", "2026-11-24T08:00:00Z", "DE", "America/New_York", outside],
    ["in a country whose time nobody knows", "2026-11-24T12:00:00Z", "XK", undefined, "time-zone-unknown"],
    ["in that country, with the zone named", "2026-11-24T12:00:00Z", "XK", "Europe/Belgrade", undefined],
    ["at midnight, which is the hour nought", "2026-11-24T23:00:00Z", "DE", undefined, outside],
  ])("%s (%s, %s, %s): %s", (_, time, country, timeZone, refused) => {
    expect(refusalAt(time, country, timeZone)).toBe(refused);
  });
});

test("the zones of a country are found in a newer runtime, too", () => {
  Object.assign(Intl.Locale.prototype, { getTimeZones: () => ["Asia/Tokyo"] });
  onTestFinished(() => void Reflect.deleteProperty(Intl.Locale.prototype, "getTimeZones"));
  expect(refusalAt("2026-11-24T00:00:00Z", "DE")).toBeUndefined();
  expect(refusalAt("2026-11-24T12:00:00Z", "DE")).toBe(outside);
});
