import { describe, expect, test } from "vitest";
import { defineAssistant } from "../worker/assistants/assistant.ts";
import { languageInstructions } from "../worker/assistants/languages.ts";
import { type CallFacts, fillPlaceholders } from "../worker/assistants/placeholders.ts";
import { fixedSentence } from "../worker/assistants/sentences.ts";

const facts: CallFacts = {
  from: "+15551230000",
  to: undefined,
  nowMs: Date.UTC(2026, 10, 24, 9, 30),
  timeZone: "Europe/Berlin",
  parameters: { name: "Ada", from: "somebody else" },
};

describe("placeholders", () => {
  test.each([
    ["{{from}} calls", "+15551230000 calls"],
    ["{{ name }}", "Ada"],
    ["to {{to}}", "to "],
    ["{{unknown}}{{constructor}}{{__proto__}}", ""],
    ["{{time}}", "Tuesday, November 24, 2026 at 10:30 AM"],
    ["{name} {{na me}}", "{name} {{na me}}"],
  ])("%s", (text, filled) => expect(fillPlaceholders(text, facts)).toBe(filled));
});

describe("languages", () => {
  test.each([
    ["nothing to say", [], false, ""],
    ["one language, and free to follow the caller", ["en"], false, ""],
    [
      "several",
      ["en", "es"],
      false,
      "Begin in English. Then speak the caller's language, if it is one of: English, Spanish.",
    ],
    [
      "locked",
      ["de", "en"],
      true,
      "Speak only German, whatever language the caller speaks, and say so if they do not understand you.",
    ],
  ])("%s", (_, languages, isLocked, told) => expect(languageInstructions(languages, isLocked)).toBe(told));
});

describe("fixed sentences", () => {
  const sentences = { voice: "Polly.Vicki", language: "de-DE", goodbye: "Auf Wiederhören, {{name}}." };
  test("one that is there has the voice and language of all, and its placeholders filled", () => {
    expect(fixedSentence(sentences, "goodbye", facts)).toEqual({
      text: "Auf Wiederhören, Ada.",
      voice: "Polly.Vicki",
      language: "de-DE",
    });
  });
  test("one that is not there is the settings' own", () => {
    expect(fixedSentence(sentences, "apology", facts)).toBeUndefined();
    expect(fixedSentence(undefined, "goodbye", facts)).toBeUndefined();
  });
});

describe("an assistant that cannot work is refused at the start, with what to mend", () => {
  test.each([
    ["a lock without a language", { isLanguageLocked: true }, /locked to a language and names none/],
    ["a language that is none", { languages: ["english, please"] }, /is no tag such as "en"/],
  ])("%s", (_, fields, message) => {
    expect(() => defineAssistant({ name: "reception", ...fields })).toThrow(message);
  });
});
