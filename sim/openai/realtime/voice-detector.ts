import { fromDbfs, rms } from "../../audio/level.ts";
import { bytesPerMs, frameBytes, frameMs } from "../../audio/mulaw.ts";
import type { Recording } from "../../audio/recording.ts";
import type { TurnDetection } from "./session-config.ts";

/** What the detector reports, in milliseconds of all audio ever appended (openai.md A5). */
type SpeechFact = { type: "started"; audioStartMs: number } | { type: "stopped"; audioEndMs: number };

/** Finds speech by its energy, 20 ms at a time. */
export type VoiceDetector = {
  readonly isSpeech: boolean;
  /** Listens to what a recording has beyond what was heard before; reports each fact as it is found. */
  listen(heard: Recording, turnDetection: TurnDetection, report: (fact: SpeechFact) => void): void;
  /** Forgets the speech it is in the middle of, and skips to `atByte`. */
  reset(atByte: number): void;
};

/** A click is shorter than this. */
const onsetMs = 60;
/** Speech goes on a little below the level at which it began. */
const hysteresis = fromDbfs(-4.5);

/** A detector that has heard nothing. */
export function voiceDetector(): VoiceDetector {
  let positionByte = 0;
  let loudMs = 0;
  let quietMs = 0;
  let isSpeech = false;

  function hearWindow(level: number, settings: Settings): SpeechFact | undefined {
    const endMs = positionByte / bytesPerMs;
    if (!isSpeech) {
      loudMs = level > settings.startLevel ? loudMs + frameMs : 0;
      if (loudMs < onsetMs) return undefined;
      isSpeech = true;
      quietMs = 0;
      return { type: "started", audioStartMs: Math.max(0, endMs - loudMs - settings.prefixMs) };
    }
    quietMs = level > settings.startLevel * hysteresis ? 0 : quietMs + frameMs;
    if (quietMs < settings.silenceMs) return undefined;
    isSpeech = false;
    loudMs = 0;
    return { type: "stopped", audioEndMs: endMs };
  }

  return {
    get isSpeech() {
      return isSpeech;
    },
    listen(heard, turnDetection, report) {
      const settings = settingsOf(turnDetection);
      while (positionByte + frameBytes <= heard.sizeBytes) {
        const level = rms(heard.view(positionByte, positionByte + frameBytes));
        positionByte += frameBytes;
        const fact = hearWindow(level, settings);
        if (fact !== undefined) report(fact);
      }
    },
    reset(atByte) {
      positionByte = atByte;
      loudMs = 0;
      isSpeech = false;
    },
  };
}

type Settings = { startLevel: number; prefixMs: number; silenceMs: number };

const known = new WeakMap<TurnDetection, Settings>();

function settingsOf(turnDetection: TurnDetection): Settings {
  const settings = known.get(turnDetection) ?? derive(turnDetection);
  known.set(turnDetection, settings);
  return settings;
}

function derive(turnDetection: TurnDetection): Settings {
  if (turnDetection.type === "semantic_vad")
    return { startLevel: levelAt(0.5), prefixMs: 300, silenceMs: semanticSilenceMs[turnDetection.eagerness] };
  return {
    startLevel: levelAt(turnDetection.threshold),
    prefixMs: turnDetection.prefix_padding_ms,
    silenceMs: turnDetection.silence_duration_ms,
  };
}

/** A threshold from 0 to 1 as a level: 0.5 is -35 dBFS, well above a quiet line and well below speech. */
const levelAt = (threshold: number): number => fromDbfs(-50 + 30 * threshold);

/** It knows no meaning: the more eager, the shorter the silence that ends a turn. */
const semanticSilenceMs = { low: 1_200, medium: 800, auto: 800, high: 500 };
