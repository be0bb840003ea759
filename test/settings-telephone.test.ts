import { describe, expect, it } from "vitest";
import { settingsWarnings } from "../common/setting-warnings.ts";
import { SettingsError, parseSettings } from "../common/settings.ts";
import { matchesAny } from "../common/telephone-kinds.ts";

const least = { TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`, TWILIO_AUTH_TOKEN: "token-of-the-tests" };
const longKey = "an-outbound-key-1";

describe("the settings of calls out and in", () => {
  it.each([
    ["OUTBOUND_KEY", `${longKey}, ${longKey}2,`, [longKey, `${longKey}2`]],
    ["OUTBOUND_COUNTRIES", "US, CA", ["US", "CA"]],
    ["DO_NOT_CALL", "+15551234567,+442079460000", ["+15551234567", "+442079460000"]],
    ["CALLERS_DENIED", "+1900*, +15551234567", ["+1900*", "+15551234567"]],
    ["CALLING_HOURS", "09:00-20:00", { startMinute: 540, endMinute: 1200 }],
    ["CALLING_HOURS", "00:00 - 24:00", { startMinute: 0, endMinute: 1440 }],
    ["OUTBOUND_MAX_MINUTES", "240", 240],
  ] as const)("read %s %j as %j", (name, text, value) => {
    expect(parseSettings("functions", { ...least, [name]: text })[name]).toEqual(value);
  });

  it.each([
    ["OUTBOUND_KEY", "fifteen letters"],
    ["OUTBOUND_KEY", `${longKey},short`],
    ["OUTBOUND_KEY", ","],
    ["OUTBOUND_COUNTRIES", "USA"],
    ["OUTBOUND_COUNTRIES", "us"],
    ["DO_NOT_CALL", "+1900*"],
    ["DO_NOT_CALL", "5551234567"],
    ["CALLERS_ALLOWED", "*"],
    ["CALLERS_DENIED", "+1*900"],
    ["CALLING_HOURS", "9-20"],
    ["CALLING_HOURS", "20:00-09:00"],
    ["CALLING_HOURS", "09:00-24:30"],
    ["CALLING_HOURS", "09:00-09:00"],
    ["OUTBOUND_MAX_MINUTES", "0"],
    ["OUTBOUND_MAX_MINUTES", "241"],
  ])("refuse %s %j, without repeating it", (name, text) => {
    const reading = () => parseSettings("functions", { ...least, [name]: text });
    expect(reading).toThrow(SettingsError);
    expect(reading).toThrow(new RegExp(`${name} .*\\n.*Why: .+\\n.*Fix: .+`));
    if (name === "OUTBOUND_KEY" && text.length > 5) expect(reading).not.toThrow(text);
  });

  it("give the Worker no key to place calls with", () => {
    expect(Object.keys(parseSettings("worker", { ...least, OPENAI_API_KEY: "sk" }))).not.toContain("OUTBOUND_KEY");
  });

  it("are warned of where they cannot be meant", () => {
    expect(settingsWarnings({ OUTBOUND_KEY: longKey }).join("\n")).toContain("no call can be placed");
    const both = { OUTBOUND_KEY: longKey, TWILIO_PHONE_NUMBER: "+14155550100" };
    expect(settingsWarnings(both)).toEqual([]);
    expect(settingsWarnings({ ...both, OUTBOUND_MAX_MINUTES: "30" }).join("\n")).toContain("before the goodbye");
    const circle = settingsWarnings({ ...both, FALLBACK_NUMBER: ` ${both.TWILIO_PHONE_NUMBER}` });
    expect(circle).toEqual([expect.stringMatching(/^FALLBACK_NUMBER is TWILIO_PHONE_NUMBER: .*in a circle\.$/)]);
    expect(settingsWarnings({ ...both, FALLBACK_NUMBER: "+14155550101" })).toEqual([]);
    expect(settingsWarnings({ FALLBACK_NUMBER: "", TWILIO_PHONE_NUMBER: "" })).toEqual([]);
  });
});

describe("a list of numbers", () => {
  it.each([
    [["+15551234567"], "+15551234567", true],
    [["+1555123456"], "+15551234567", false],
    [["+1555123456*"], "+15551234567", true],
    [["+1555123456*"], "+1555123456", true],
    [["+44*", "+1*"], "+15551234567", true],
    [["+1*"], "anonymous", false],
    [["+1*"], "sip:+15551234567@example.com", false],
    [[], "+15551234567", false],
  ])("%j and %s: %s", (patterns, number, matches) => {
    expect(matchesAny(patterns, number)).toBe(matches);
  });
});
