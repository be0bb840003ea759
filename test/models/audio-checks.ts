import { expect } from "vitest";
import { type Reply, silentReply, type Turn } from "../../sim/openai/scenario.ts";
import { plainModel } from "../world/plain-model.ts";
import { type Check, expectGoodEnd, heard, logged, noise, play } from "./check.ts";

const callerGone = "the call ended";
const sound = (durationMs: number, transcript = "a long sound"): Reply => ({
  items: [{ type: "sound", audio: noise(durationMs, 1), transcript }],
});
/** A greeting is asked for in words; an answer to the caller is not. */
const wanted = ({ instructions }: Turn) =>
  instructions === undefined ? sound(1_500, "It is a sound.") : sound(1_000, "Hello.");
const indexIn = (audio: Uint8Array, part: Uint8Array): number => Buffer.from(audio).indexOf(part);

export const audioChecks: Check[] = [
  {
    feature: "the key is in a header, and nowhere else",
    run: async ({ model, request }) => {
      const provider = model.provider(plainModel);
      expect(provider.request).toEqual(request);
      expect(provider.request.url).not.toContain(plainModel.apiKey);
    },
  },
  {
    feature: "one message configures it",
    run: async (harness) => {
      const [configure = "", ...more] = harness.model
        .provider(plainModel)
        .encode({ type: "model.configure", history: [], commandId: "c1" });
      expect(more).toEqual([]);
      expect(JSON.parse(configure)).toMatchObject({ event_id: "c1" });
      const call = await play(harness, { script: [{ step: "pause", ms: 500 }, { step: "hang-up" }] });
      expect(call.sent[0]).toBe(call.sent.find((message) => message.includes('"session"')));
      expect(logged(call, "model.ready")).toHaveLength(1);
    },
  },
  {
    feature: "it hears nothing before it is ready, and then what was said before",
    run: async (harness) => {
      const call = await play(harness, {
        scenario: { faults: [harness.hold(1_500)], replies: [silentReply] },
        script: [{ step: "play-mulaw", audio: noise(1_000, 2) }, { step: "pause", ms: 3_000 }, { step: "hang-up" }],
      });
      const isReadyAtMs = call.log.find(({ event }) => event === "model.ready")?.atMs ?? 0;
      expect(isReadyAtMs).toBeGreaterThanOrEqual(1_500);
      expect(call.sent.slice(0, 2).filter((message) => message.includes(harness.append))).toHaveLength(1);
      expect(indexIn(call.session.appended(), noise(1_000, 2))).toBeGreaterThanOrEqual(0);
    },
  },
  {
    feature: "it hears the caller byte for byte",
    run: async (harness) => {
      const call = await play(harness, {
        scenario: { replies: [silentReply] },
        script: [
          { step: "pause", ms: 400 },
          { step: "play-mulaw", audio: noise(3_000, 3) },
          { step: "pause", ms: 600 },
          { step: "hang-up" },
        ],
      });
      expect(indexIn(call.session.appended(), noise(3_000, 3))).toBeGreaterThanOrEqual(0);
    },
  },
  {
    feature: "it is heard byte for byte",
    run: async (harness) => {
      const call = await play(harness, {
        scenario: { replies: [sound(4_000)] },
        script: [{ step: "say", text: "Hello" }, { step: "wait-for-quiet", quietMs: 1_500 }, { step: "hang-up" }],
      });
      expect(indexIn(heard(call), noise(4_000, 1))).toBeGreaterThanOrEqual(0);
      expectGoodEnd(call, callerGone);
    },
  },
  {
    feature: "it stops for the caller",
    run: async (harness) => {
      const call = await play(harness, {
        scenario: { replies: [sound(12_000), silentReply] },
        script: [
          { step: "say", text: "Hello" },
          { step: "wait-for-agent", spokenMs: 2_000 },
          { step: "say", text: "Stop it now, please." },
          { step: "pause", ms: 2_000 },
          { step: "hang-up" },
        ],
      });
      const heardMs = heard(call).filter((byte) => byte !== 0xff).length / 8;
      expect(heardMs).toBeGreaterThan(2_000);
      expect(heardMs).toBeLessThan(3_000);
    },
  },
  {
    feature: "a short word of the caller does not stop it",
    run: async (harness) => {
      const call = await play(harness, {
        bridge: { interruption: { minMs: 300 } },
        scenario: { replies: [sound(6_000), silentReply], live: { reactions: [{ type: "talk-on" }] } },
        script: [
          { step: "say", text: "Hello" },
          { step: "wait-for-agent", spokenMs: 2_000 },
          { step: "say", text: "mm" },
          { step: "wait-for-quiet", quietMs: 1_500 },
          { step: "hang-up" },
        ],
      });
      expect(indexIn(heard(call), noise(6_000, 1))).toBeGreaterThanOrEqual(0);
      expect(call.stream.heard.clears).toEqual([]);
    },
  },
  {
    feature: "its memory is cut where it was heard",
    run: async (harness) => {
      // So much comes in a burst that seconds wait at the phone, whatever the pace of the model.
      const call = await play(harness, {
        modelStalls: [{ atMs: 1_500, durationMs: 2_500 }],
        scenario: { replies: [sound(9_000, "one two three four five six seven eight nine"), silentReply] },
        script: [
          { step: "say", text: "Hi" },
          { step: "pause", ms: 4_500 },
          { step: "say", text: "Stop it now, please. That is enough." },
          { step: "pause", ms: 2_500 },
          { step: "hang-up" },
        ],
      });
      const [clear] = call.stream.heard.clears;
      expect(clear?.droppedMs).toBeGreaterThan(1_000);
      const [said] = call.conversation.transcript.filter(({ role }) => role === "agent");
      expect(said).toMatchObject({ status: "cut" });
      const unheard = said?.unheardText ?? "";
      const isTold = call.sent.some((message) => message.includes("thinking") && message.includes(unheard));
      const cuts = call.session.facts().filter(({ type }) => type === "truncated");
      expect(unheard).not.toBe("");
      expect(cuts.length > 0 || isTold).toBe(true);
    },
  },
  {
    feature: "what was said is written down, as it was heard",
    run: async (harness) => {
      const transcription = { type: "completed" as const, text: "What is it?", delayMs: 300 };
      const call = await play(harness, {
        greeting: "Hello.",
        scenario: {
          replies: [wanted, wanted],
          transcriptions: [transcription],
        },
        script: [
          { step: "wait-for-quiet" },
          { step: "say", text: "What is it?" },
          { step: "wait-for-quiet", quietMs: 1_500 },
          { step: "hang-up" },
        ],
      });
      expect(call.conversation.transcript).toMatchObject([
        { role: "agent", text: "Hello.", status: "heard" },
        { role: "caller", text: "What is it?", status: "heard" },
        { role: "agent", text: "It is a sound.", status: "heard" },
      ]);
    },
  },
];
