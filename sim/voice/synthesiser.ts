import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { SynthesisAnswer, SynthesisRequest, VoiceOptions } from "./synthesis.ts";

/** Turns text into a WAV file in a process of its own, which starts at the first text. */
export type Synthesiser = {
  synthesise(text: string, options: VoiceOptions): Promise<Uint8Array>;
  close(): Promise<void>;
};

type Waiting = { resolve: (wav: Uint8Array) => void; reject: (error: Error) => void };

/** Makes a synthesiser. A process that dies fails what it was asked; the next text starts another. */
export function synthesiser(): Synthesiser {
  let child: ChildProcess | undefined;
  let nextRequestId = 1;
  const waiting = new Map<number, Waiting>();

  function start(): ChildProcess {
    const started = fork(new URL("./synthesis.ts", import.meta.url), {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      serialization: "advanced",
      execArgv: [],
    });
    started.on("message", ({ requestId, wav }: SynthesisAnswer) => {
      waiting.get(requestId)?.resolve(wav);
      waiting.delete(requestId);
    });
    started.once("exit", (code) => {
      child = undefined;
      for (const { reject } of waiting.values()) reject(new Error(`The speech synthesiser ended with ${code}.`));
      waiting.clear();
    });
    return started;
  }

  return {
    synthesise(text, options) {
      child ??= start();
      const request: SynthesisRequest = { requestId: nextRequestId++, text, options };
      const asked = child;
      return new Promise((resolve, reject) => {
        waiting.set(request.requestId, { resolve, reject });
        asked.send(request, (error) => error !== null && reject(error));
      });
    },
    async close() {
      if (child === undefined) return;
      const ended = once(child, "exit");
      child.kill();
      await ended;
    },
  };
}
