import { describe, expect, test } from "vitest";
import { parseSettings } from "../../common/settings.ts";
import { azure } from "../../worker/models/azure/profile.ts";
import { candidatesOf } from "../../worker/models/index.ts";
import type { Provider } from "../../worker/models/provider.ts";
import { realtimeBeta } from "../../worker/models/realtime-beta/profile.ts";
import { xai } from "../../worker/models/xai/profile.ts";
import { plainModel } from "../world/plain-model.ts";

const configured = (provider: Provider): unknown =>
  JSON.parse(provider.encode({ type: "model.configure", history: [], commandId: "c1" })[0] ?? "");
const decode = (provider: Provider, message: object) => provider.decode(JSON.stringify(message));

describe("Azure", () => {
  test("is Realtime behind another door", () => {
    const provider = azure({ ...plainModel, baseUrl: "https://r.openai.azure.com/openai/v1", model: "my deployment" });
    expect(provider.request).toEqual({
      url: "https://r.openai.azure.com/openai/v1/realtime?model=my%20deployment",
      headers: { "api-key": "sk-test" },
    });
  });
});

describe("xAI", () => {
  const provider = xai({ ...plainModel, model: "grok-voice-latest", voice: "Ara" });

  test("voice and turn detection stand at the top, and nothing keeps it from answering", () => {
    expect(configured(provider)).toMatchObject({
      session: {
        voice: "Ara",
        turn_detection: { type: "server_vad", threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 500 },
        audio: { input: { format: { type: "audio/pcmu" } }, output: { format: { type: "audio/pcmu" } } },
      },
    });
    expect(provider.profile.turns).toBe("server-turns");
  });

  test("a voice of OpenAI's is left out: it would be refused", () => {
    expect(JSON.stringify(configured(xai(plainModel)))).not.toContain("alloy");
  });

  test("it is there with its conversation, and pings mean nothing", () => {
    expect(decode(provider, { type: "conversation.created" }).events).toEqual([{ type: "model.opened" }]);
    expect(decode(provider, { type: "ping" })).toMatchObject({ events: [] });
    expect(decode(provider, { type: "ping" }).fault).toBeUndefined();
  });

  test("errors are known by their words", () => {
    const error = { code: null, message: "Conversation already has an active response", event_id: "c7" };
    expect(decode(provider, { type: "error", error }).events).toMatchObject([{ refusal: "response-active" }]);
  });
});

describe("the beta", () => {
  const provider = realtimeBeta({ ...plainModel, temperature: 0.7 });

  test("has its header, its flat session and its temperature", () => {
    expect(provider.request.headers).toMatchObject({ "OpenAI-Beta": "realtime=v1" });
    expect(configured(provider)).toMatchObject({
      session: {
        modalities: ["text", "audio"],
        input_audio_format: "g711_ulaw",
        output_audio_format: "g711_ulaw",
        voice: "alloy",
        temperature: 0.7,
      },
    });
  });

  test("its older names mean what the newer ones do", () => {
    const ids = { response_id: "r", item_id: "i" };
    expect(decode(provider, { type: "response.audio.delta", ...ids, delta: "/////w==" }).events).toMatchObject([
      { type: "model.audio" },
    ]);
    expect(decode(provider, { type: "response.audio.done", ...ids }).events).toMatchObject([
      { type: "model.audio-ended" },
    ]);
    expect(decode(provider, { type: "response.audio_transcript.delta", ...ids, delta: "a" }).events).toMatchObject([
      { type: "model.agent-words" },
    ]);
  });

  test("a session that did not take our format is none", () => {
    expect(
      decode(provider, { type: "session.updated", session: { input_audio_format: "pcm16" } }).events,
    ).toMatchObject([{ type: "model.failed" }]);
    expect(decode(provider, { type: "session.updated", session: { input_audio_format: "g711_ulaw" } }).events).toEqual([
      { type: "model.ready" },
    ]);
  });

  test("what the agent has said is plain text", () => {
    const [said = ""] = provider.encode({ type: "model.add-text", commandId: "c", by: "agent", text: "Hello." });
    expect(JSON.parse(said)).toMatchObject({
      item: { role: "assistant", content: [{ type: "text", text: "Hello." }] },
    });
  });
});

describe("an entry of MODELS", () => {
  const { apiKey: _, baseUrl: __, model: ___, ...common } = plainModel;
  const settings = parseSettings("worker", {
    OPENAI_API_KEY: "sk-openai",
    OPENAI_BASE_URL: "https://openai.example/v1",
    AZURE_OPENAI_API_KEY: "sk-azure",
    AZURE_OPENAI_BASE_URL: "https://azure.example/v1",
    BETA_API_KEY: "sk-beta",
    BETA_BASE_URL: "https://beta.example/v1",
    TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
    TWILIO_AUTH_TOKEN: "token",
  });

  test("says who serves it, with which account; one without an account is left out, and the order stays", () => {
    const entries = ["azure:mine", "xai:grok-voice-latest", "gpt-live-1.1", "gpt-realtime-2.1", "beta:old"];
    const candidates = candidatesOf(entries, common, settings);
    expect(candidates.map(({ model }) => model)).toEqual([
      "azure:mine",
      "gpt-live-1.1",
      "gpt-realtime-2.1",
      "beta:old",
    ]);
    expect(candidates.map(({ provider }) => provider().request.url)).toEqual([
      "https://azure.example/v1/realtime?model=mine",
      "https://openai.example/v1/live/sessions",
      "https://openai.example/v1/realtime?model=gpt-realtime-2.1",
      "https://beta.example/v1/realtime?model=old",
    ]);
  });
});
