import { type Kind, listOf, phoneNumber, shaped } from "./setting-kinds.ts";

/** Phone numbers in E.164 form. */
export const phoneNumbers = (): Kind<string[]> => listOf(phoneNumber(), "phone numbers such as +15551234567");

/** Phone numbers, or their beginnings with a star. */
export const numberPatterns = (): Kind<string[]> =>
  listOf(
    shaped(/^\+[1-9]\d{0,14}\*?$/, "a phone number, or its beginning and a star"),
    "phone numbers such as +15551234567, or their beginnings such as +1900*",
  );

/** Whether one of the patterns means this number. */
export const matchesAny = (patterns: readonly string[], number: string): boolean =>
  patterns.some((pattern) => (pattern.endsWith("*") ? number.startsWith(pattern.slice(0, -1)) : number === pattern));

/** Countries by their two letters (ISO 3166). */
export const countries = (): Kind<string[]> =>
  listOf(shaped(/^[A-Z]{2}$/, "a country by its two letters"), "countries by their two letters, such as US,CA");

/** A part of every day, in minutes since midnight; the end is outside. */
export type Hours = { startMinute: number; endMinute: number };

/** Hours of the day such as `09:00-20:00`; they do not go past midnight. */
export const hours = (): Kind<Hours> => ({
  accepts: "hours of the day such as 09:00-20:00, the first before the second",
  read(text) {
    const [, startHour, startRest, endHour, endRest] = hoursShape.exec(text) ?? [];
    const startMinute = Number(startHour) * 60 + Number(startRest);
    const endMinute = Number(endHour) * 60 + Number(endRest);
    return startMinute < endMinute && endMinute <= 24 * 60
      ? { value: { startMinute, endMinute } }
      : { fault: "names no hours" };
  },
});

const hoursShape = /^([01]\d|2[0-3]):([0-5]\d)\s*-\s*([01]\d|2[0-4]):([0-5]\d)$/;
