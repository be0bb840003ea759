import { describe, expect, it } from "vitest";
import { settingTable } from "../common/setting-table.ts";
import { settingsWarnings } from "../common/setting-warnings.ts";
import { type SettingTexts, SettingsError, parseSettings } from "../common/settings.ts";

const least = {
  OPENAI_API_KEY: "sk-of-the-tests",
  TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
  TWILIO_AUTH_TOKEN: "token-of-the-tests",
};

describe("settings", () => {
  it("are complete with three of them; the rest are the seed's and the platform's defaults", () => {
    expect(parseSettings("worker", least)).toMatchObject({
      PORT: 5050,
      SERVER_URL: "http://127.0.0.1:5050",
      MODELS: ["gpt-realtime-2.1"],
      SYSTEM_MESSAGE: "You are Chatbot, an AI assistant. You are helpful, concise, and professional.",
      VOICE: "alloy",
      MODEL_GREETING: undefined,
      OPENAI_BASE_URL: "https://api.openai.com/v1",
      TWILIO_API_URL: "https://api.twilio.com",
      TURN_DETECTION: "server_vad",
      NOISE_REDUCTION: "near_field",
    });
    expect(parseSettings("functions", least)).toMatchObject({ SAY_GREETING: "Connected to Chatbot." });
    expect(parseSettings("local", {})).toEqual({ PORT: 5050, FUNCTIONS_PORT: 3000 });
  });

  it("log the model's events that the seed logged", () => {
    expect(parseSettings("worker", least).LOG_EVENT_TYPES).toEqual([
      "error",
      "session.created",
      "session.updated",
      "response.done",
      "rate_limits.updated",
      "input_audio_buffer.speech_started",
      "input_audio_buffer.speech_stopped",
      "input_audio_buffer.committed",
    ]);
  });

  it("give the Functions no key of the model", () => {
    expect(Object.keys(parseSettings("functions", least))).not.toContain("OPENAI_API_KEY");
  });

  it("let calls be broken on purpose on this machine alone", () => {
    expect(parseSettings("worker", least).CHAOS).toBe("off");
    expect(parseSettings("worker", { ...least, CHAOS: "on" }).CHAOS).toBe("on");
    const open = { ...least, CHAOS: "on", SERVER_URL: "https://voicecall.example.workers.dev" };
    expect(() => parseSettings("worker", open)).toThrow("CHAOS is on while SERVER_URL is a public address.");
    expect(parseSettings("worker", { ...open, CHAOS: "off" }).CHAOS).toBe("off");
    expect(() => parseSettings("worker", { ...open, SERVER_URL: "nowhere" })).toThrow("SERVER_URL cannot be");
  });

  it("put the Worker where its port is", () => {
    expect(parseSettings("functions", { ...least, PORT: "6060" }).SERVER_URL).toBe("http://127.0.0.1:6060");
  });

  it("take an empty text as none, but as a wish where nothing may be wished for", () => {
    const settings = { ...least, SAY_GREETING: " ", SAY_VOICE: "", PORT: "" };
    expect(parseSettings("functions", settings)).toMatchObject({ SAY_GREETING: "", SAY_VOICE: undefined, PORT: 5050 });
    expect(parseSettings("functions", { ...least, SAY_GREETING: "off" }).SAY_GREETING).toBe("");
    for (const text of ["", "off"]) {
      const off = { ...least, VOICEMAIL_SENTENCE: text, TRANSCRIPTION_MODEL: text, LOG_EVENT_TYPES: text };
      expect(parseSettings("functions", off).VOICEMAIL_SENTENCE).toBe("");
      expect(parseSettings("worker", off)).toMatchObject({ TRANSCRIPTION_MODEL: "", LOG_EVENT_TYPES: [] });
    }
  });

  it.each([
    ["SERVER_URL", "https://voice.example/some/path?query=1#part", "https://voice.example"],
    ["SERVER_URL", "http://localhost:8787/", "http://localhost:8787"],
    ["SERVER_URL", "wss://voice.example", "https://voice.example"],
    ["OPENAI_BASE_URL", "ws://127.0.0.1:9000/v1", "http://127.0.0.1:9000/v1"],
    ["OPENAI_BASE_URL", "http://127.0.0.1:9000/v1/", "http://127.0.0.1:9000/v1"],
    ["OPENAI_BASE_URL", "http://[::1]:9000", "http://[::1]:9000"],
    ["MODELS", " gpt-realtime-2.1 , ,gpt-realtime-2.1-mini,", ["gpt-realtime-2.1", "gpt-realtime-2.1-mini"]],
    ["LOG_EVENT_TYPES", "off", []],
    ["VAD_THRESHOLD", "0.65", 0.65],
    ["VAD_IDLE_TIMEOUT_MS", "0", 0],
    ["VAD_IDLE_TIMEOUT_MS", "5000", 5000],
    ["SYSTEM_MESSAGE", "  Be kind.\r\nBe brief.\n", "Be kind.\nBe brief."],
    ["LOOKUP_URL", "https://crm.example/who", "https://crm.example/who"],
    ["MAX_USD_PER_CALL", "0.50", 0.5],
    ["MAX_USD_PER_DAY", "0", 0],
  ] as const)("read %s %j as %j", (name, text, value) => {
    expect(parseSettings("worker", { ...least, [name]: text })[name]).toEqual(value);
  });

  it.each([
    ["TWILIO_ACCOUNT_SID", "AC123"],
    ["TWILIO_ACCOUNT_SID", `SK${"0".repeat(32)}`],
    ["PORT", "0"],
    ["PORT", "65536"],
    ["PORT", "5050.5"],
    ["PORT", "0x10"],
    ["SERVER_URL", "http://voice.example"],
    ["SERVER_URL", "voice.example"],
    ["SERVER_URL", "ws://voice.example"],
    ["SERVER_URL", "ftp://voice.example"],
    ["SERVER_URL", "https://user:password@voice.example"],
    ["SERVER_URL", "http://127.0.0.1.voice.example"],
    ["TWILIO_API_URL", "http://api.twilio.com"],
    ["OPENAI_BASE_URL", "http://api.openai.com/v1"],
    ["MODELS", " , "],
    ["MODELS", "gpt-realtime-2.1,gpt-4o-realtime-preview-2024-12-17"],
    ["LINK_SECRET", "fifteen letters"],
    ["TWILIO_PHONE_NUMBER", "5551234567"],
    ["TWILIO_PHONE_NUMBER", "+1 555 123 4567"],
    ["VOICE", "al\u0000loy"],
    ["TURN_DETECTION", "none"],
    ["VAD_THRESHOLD", "1.01"],
    ["VAD_THRESHOLD", ".5e1"],
    ["VAD_IDLE_TIMEOUT_MS", "4999"],
    ["VAD_IDLE_TIMEOUT_MS", "30001"],
    ["NOISE_REDUCTION", "loud"],
    ["MAX_USD_PER_DAY", "$100"],
    ["MAX_USD_PER_DAY", "-1"],
    ["MAX_CALLS_PER_MINUTE", "0.5"],
  ])("refuse %s %j, and name nothing else", (name, text) => {
    expect(problemsOf({ ...least, [name]: text }).map((problem) => problem.name)).toEqual([name]);
  });

  it("refuse a greeting that Twilio would not speak", () => {
    expect(() => parseSettings("functions", { ...least, SAY_GREETING: "a".repeat(4097) })).toThrow(/SAY_GREETING/);
  });

  it("tell all that is wrong at once: what, why and how to mend it", () => {
    const problems = problemsOf({ TWILIO_AUTH_TOKEN: "t", PORT: "many", VAD_THRESHOLD: "loud" });
    expect(problems.map(({ name }) => name)).toEqual(["OPENAI_API_KEY", "TWILIO_ACCOUNT_SID", "PORT", "VAD_THRESHOLD"]);
    const { message } = new SettingsError(problems);
    for (const { what, why, fix } of problems) {
      for (const words of [what, why, fix]) expect(words).toMatch(/\w.*\.$/);
      expect(message).toContain(`${what}\n    Why: ${why}\n    Fix: ${fix}`);
    }
    expect(message).toContain('PORT cannot be "many".');
    expect(message).toContain("https://platform.openai.com/api-keys");
  });

  it("never repeat a secret, nor a number, nor what may be a secret in the wrong place", () => {
    const wrong = {
      OPENAI_API_KEY: "sk-secret",
      TWILIO_AUTH_TOKEN: "token-secret",
      TWILIO_ACCOUNT_SID: "token-secret-pasted-here",
      LINK_SECRET: "short-secret",
      OPERATOR_SECRET: "short-secret",
      TWILIO_PHONE_NUMBER: "6049998877",
      OPENAI_BASE_URL: "https://user:secret@api.example",
    };
    expect(new SettingsError(problemsOf(wrong)).message).not.toMatch(/sk-|-secret|secret@|token-|6049998877/);
  });

  it("are explained, every one", () => {
    for (const [name, { help, kind }] of Object.entries(settingTable)) {
      expect(help, name).toMatch(/^[^\n]{10,}\.$/);
      expect(kind.accepts, name).not.toBe("");
    }
  });
});

const team = "https://my-team.cloudflareaccess.com";

describe("warnings", () => {
  it.each([
    [{ TEMPERATURE: "0.8" }, /^TEMPERATURE is left unused/],
    [{ MODELS: "gpt-realtime" }, /gpt-realtime, which ends on 2027-01-20/],
    [{ MODELS: "gpt-realtime-2.1,xai:grok-voice-latest" }, /^MODELS names one of xai:…, .*XAI_API_KEY is unset/],
    [{ MODELS: "beta:local", BETA_API_KEY: "key" }, /^MODELS names one of beta:…, .*BETA_BASE_URL is unset/],
    [{ VOICE: "Alloy" }, /^VOICE is none of OpenAI's/],
    [{ MODELS: "gpt-realtime-mini-2025-12-15" }, /ends on 2027-01-20/],
    [{ TURN_DETECTION: "semantic_vad", VAD_SILENCE_MS: "300" }, /^VAD_SILENCE_MS is left unused/],
    [{ VAD_EAGERNESS: "high" }, /^VAD_EAGERNESS is left unused/],
    [{ MODELS: "gpt-live-1.1", NOISE_REDUCTION: "off" }, /^NOISE_REDUCTION is left unused: GPT-Live/],
    [{ ACCESS_TEAM_DOMAIN: team }, /^Cloudflare Access lets nobody in: ACCESS_AUDIENCE is unset/],
    [{ ACCESS_AUDIENCE: "abc" }, /^Cloudflare Access lets nobody in: ACCESS_TEAM_DOMAIN is unset/],
    [{ ACCESS_TEAM_DOMAIN: team, ACCESS_AUDIENCE: "abc", OPERATOR_SECRET: "0".repeat(16) }, /^OPERATOR_SECRET is left/],
  ])("are given for %j", (texts: SettingTexts, words) => {
    expect(settingsWarnings(texts)).toEqual([expect.stringMatching(words)]);
  });

  it.each([
    { MODELS: "gpt-realtime-2.1-mini", VOICE: "marin", VAD_SILENCE_MS: "300", TEMPERATURE: "" },
    { MODELS: "gpt-live-1.1, gpt-realtime-2.1", VOICE: "gleam", NOISE_REDUCTION: "off" },
    { MODELS: "beta:local", BETA_BASE_URL: "https://voice.example/v1", BETA_API_KEY: "key", TEMPERATURE: "0.8" },
    { ACCESS_TEAM_DOMAIN: team, ACCESS_AUDIENCE: "abc" },
  ])("are not given for what is as it should be: %j", (texts: SettingTexts) => {
    expect(settingsWarnings(texts)).toEqual([]);
  });
});

function problemsOf(texts: SettingTexts): SettingsError["problems"] {
  try {
    parseSettings("worker", texts);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}
