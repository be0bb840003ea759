import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { readWav } from "../audio/wav.ts";
import { clean } from "./clean.ts";
import type { VoiceOptions } from "./synthesis.ts";
import { synthesiser } from "./synthesiser.ts";
import type { Speak, VoiceName } from "./voices.ts";

const voices: Record<VoiceName, VoiceOptions> = {
  caller: { voice: "en+f3", pitch: 55, speed: 165 },
  twilio: { voice: "en-us+f2", pitch: 30, speed: 155 },
  assistant: { voice: "en-us+m3", pitch: 40, speed: 170 },
  person: { voice: "en-sc+m5", pitch: 55, speed: 150 },
  machine: { voice: "en+m7", pitch: 45, speed: 145 },
};

/** To be raised whenever the same text comes to sound different, so that no old sound is taken from the disk. */
const version = 1;
const cacheFolder = new URL("../../node_modules/.cache/voicecall-voice/", import.meta.url);

/**
 * Starts the voice of the stand-ins: espeak-ng by way of the package text2wav, offline, in its own process. What was
 * said once is kept in memory and on disk. `speak` fails when the synthesiser does; `close` ends the process.
 */
export function startVoice(): { speak: Speak; close(): Promise<void> } {
  const synthesis = synthesiser();
  const spoken = new Map<string, Promise<Uint8Array>>();

  async function say(text: string, voice: VoiceName): Promise<Uint8Array> {
    const file = new URL(`${nameOf(text, voice)}.ulaw`, cacheFolder);
    const kept = await readFile(file).catch(() => undefined);
    if (kept !== undefined) return new Uint8Array(kept);
    const made = clean(readWav(await synthesis.synthesise(text, voices[voice])));
    await keep(file, made);
    return made;
  }

  return {
    speak(text, voice) {
      if (!/[\p{L}\p{N}]/u.test(text)) return Promise.resolve(new Uint8Array(0));
      const key = `${voice}/${text}`;
      const known = spoken.get(key);
      if (known !== undefined) return known;
      const speech = say(text, voice);
      spoken.set(key, speech);
      speech.catch(() => spoken.delete(key));
      return speech;
    },
    close: () => synthesis.close(),
  };
}

const nameOf = (text: string, voice: VoiceName): string =>
  createHash("sha256")
    .update(JSON.stringify([version, voices[voice], text]))
    .digest("hex");

/** Written beside and renamed, so that another process never reads half a file. */
async function keep(file: URL, bytes: Uint8Array): Promise<void> {
  await mkdir(cacheFolder, { recursive: true });
  const draft = new URL(`${file.href}.${process.pid}`);
  await writeFile(draft, bytes);
  await rename(draft, file);
}
