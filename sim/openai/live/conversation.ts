import type { Recording } from "../../audio/recording.ts";
import type { VirtualClock } from "../../clock.ts";
import { invalidValue, type Objection } from "../shape.ts";
import { appends } from "./appends.ts";
import { type Backend, backend } from "./backend.ts";
import type { Command } from "./client-event-types.ts";
import type { LiveContext } from "./context.ts";
import { type Delegations, delegations } from "./delegations.ts";
import { duplex } from "./duplex.ts";
import { type Ear, ear } from "./ear.ts";
import { alreadyPlaying, fixture } from "./fixture.ts";
import { inputTranscript } from "./input-transcript.ts";
import { mouth, type SpokenUtterance } from "./mouth.ts";
import { script } from "./script.ts";
import { answering } from "./server-events.ts";
import { updateConfig } from "./session-config.ts";
import { turns } from "./turns.ts";

/** A session that has started: ear, mouth, and what is between them. */
export type LiveConversation = {
  /** Everything appended, as 8 kHz μ-law. */
  readonly appended: Recording;
  obey(command: Command): Objection | undefined;
  spoken(): SpokenUtterance[];
  /** No work is begun or goes on any more; tells of what was left undone. */
  end(): void;
  /** The last words and the last of the audio go out. */
  finish(): void;
};

/** The conversation of one session, on the `timeline` that its caller's audio moves. */
export function liveConversation(context: LiveContext, timeline: VirtualClock): LiveConversation {
  const replies = script(context.scenario);
  const voice = mouth(context);
  const clip = fixture(context, () => voice.cut("fixture"));
  const transcript = inputTranscript(context, (fromMs, toMs) => listener.wasLoud(fromMs, toMs));
  const worker: Backend = backend(context, replies, (utterance) => {
    handedOver.acknowledged();
    voice.say(utterance);
  });
  const handedOver: Delegations = delegations(context, voice, worker);
  const talk = turns(context, voice, replies, (calls, isSilent) => handedOver.delegate(calls, isSilent));
  const append = appends(context, voice, talk, handedOver);
  const listener: Ear = ear(context, {
    callerStarted(atMs) {
      talk.callerStarted(atMs);
      transcript.callerStarted(atMs);
    },
    callerStopped(atMs) {
      talk.callerStopped(atMs, listener.heard);
      transcript.callerStopped(atMs - context.behaviour.turnSilenceMs);
    },
  });
  const audio = duplex(context, timeline, { ear: listener, mouth: voice, fixture: clip });

  function appendAudio(base64: string): Objection | undefined {
    const bytes = Buffer.from(base64, "base64");
    if (bytes.length !== Buffer.byteLength(base64, "base64")) return invalidValue("audio", "it is not base64");
    audio.append(bytes);
    return undefined;
  }

  function mute(isMuted: boolean, eventId: string | null): undefined {
    audio.mute(isMuted);
    const type = isMuted ? "session.input_audio.muted" : "session.input_audio.unmuted";
    context.emit({ type, ...answering(eventId) });
  }

  function configure(update: Extract<Command, { type: "session.update" }>): Objection | undefined {
    const updated = updateConfig(context.config, update.session);
    if (!updated.ok) return updated.objection;
    context.config = updated.config;
    context.emit({ type: "session.updated", session: context.config, ...answering(update.event_id) });
    return undefined;
  }

  function obey(command: Command): Objection | undefined {
    const eventId = command.event_id ?? null;
    switch (command.type) {
      case "session.input_audio.append":
        return appendAudio(command.audio);
      case "session.input_audio.mute":
      case "session.input_audio.unmute":
        return mute(command.type === "session.input_audio.mute", eventId);
      case "session.instructions.append":
      case "session.thinking.append":
      case "session.commentary.append": {
        if (clip.isPlaying) return alreadyPlaying;
        const kind = kinds[command.type];
        return append({ kind, content: command.content, delegationId: command.delegation_id, eventId });
      }
      case "session.output_audio.fixture.play":
        return clip.play(command.audio, eventId);
      case "session.update":
        return configure(command);
      case "response.item.create":
        return worker.addItem(command.item);
      case "response.create":
        return worker.create();
      case "decision.create":
      case "decision.item.create":
      case "decision.item.delete":
        return invalidValue("type", "the stand-in does not simulate decisions");
    }
  }

  for (const reply of context.scenario.replies ?? [])
    if (typeof reply !== "function")
      for (const item of reply.items) if (item.type === "speech") void context.speech.prepare(item.text);

  return {
    appended: audio.appended,
    obey,
    spoken: () => voice.spoken(),
    end() {
      worker.end();
      handedOver.end();
    },
    finish() {
      voice.cut("closed");
      audio.flush();
    },
  };
}

const kinds = {
  "session.instructions.append": "instructions",
  "session.thinking.append": "thinking",
  "session.commentary.append": "commentary",
} as const;
