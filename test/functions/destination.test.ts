import { describe, expect, test } from "vitest";
import { type RefusalCode, Refused } from "../../common/outbound-refusal.ts";
import { type Destination, readDestination } from "../../functions/placing/destination.ts";

function outcome(written: string): Destination | RefusalCode {
  try {
    return readDestination(written);
  } catch (error) {
    if (error instanceof Refused) return error.refusal.code;
    throw error;
  }
}

describe("a number to be called", () => {
  test.each([
    ["+14155550123", "+14155550123", "US"],
    [" +1 (415) 555-0123 ", "+14155550123", "US"],
    [" 14155550123", "+14155550123", "US"],
    ["+1.416.555.0123", "+14165550123", "CA"],
    ["+44 (0)20 7946 0000", "+442079460000", "GB"],
    ["+49 1512 3456789", "+4915123456789", "DE"],
    ["+1 800 555 0199", "+18005550199", "US"],
    ["+44 300 123 4567", "+443001234567", "GB"],
    ["+1 555 123 4567", "+15551234567", "US"],
    ["+1 500 555 0006", "+15005550006", "US"],
  ])("%j is %s in %s", (written, number, country) => {
    expect(outcome(written)).toEqual({ number, country });
  });

  test.each([
    ["", "to-invalid"],
    ["+", "to-invalid"],
    ["４１５５５５０１２３", "to-invalid"],
    ["+1415555012", "to-invalid"],
    ["0014155550123", "to-invalid"],
    ["+14155550123;ext=5", "to-invalid"],
    ["+14155550123,,1234", "to-invalid"],
    ["112", "short-number"],
    ["+49112", "short-number"],
    ["+44 999", "short-number"],
    ["+1 911", "short-number"],
    ["+44 9098 790000", "premium-number"],
    ["+44 70 1234 5678", "premium-number"],
    ["+49 900 1 234567", "premium-number"],
    ["+1 500 234 5678", "premium-number"],
    ["+1 900 234 5678", "premium-number"],
  ])("%j is refused: %s", (written, code) => {
    expect(outcome(written)).toBe(code);
  });
});
