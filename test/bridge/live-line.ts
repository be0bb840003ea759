import type { Effect } from "../../worker/bridge/effects.ts";
import type { BridgeEvent } from "../../worker/bridge/events.ts";
import type { BridgeOptions } from "../../worker/bridge/options.ts";
import { fuzzPhone } from "./fuzz-phone.ts";
import { frame, line, only } from "./line.ts";
import { random } from "./random.ts";

const frameMs = 20;
const levelDb = { loud: -20, quiet: -100 } as const;
type Sound = keyof typeof levelDb;

/** What happens for a while; who is not named sends nothing. */
type Scene = { caller?: Sound; model?: Sound };

/** A call on a model that never stops sending, with a near phone that really plays, in steps of 20 ms. */
export function liveLine(options: BridgeOptions = {}) {
  const call = line({ turns: "continuous", ...options });
  const phone = fuzzPhone(0, random(1));

  function happens(event: BridgeEvent): Effect[] {
    return toPhone(call.happens(event));
  }

  function toPhone(effects: Effect[]): Effect[] {
    for (const effect of effects) phone.order(effect, call.nowMs);
    return effects;
  }

  function step({ caller, model }: Scene): Effect[] {
    const from = call.orders.length;
    toPhone(call.wait(frameMs));
    for (const name of phone.advance(call.nowMs)) happens({ type: "playback.marked", name });
    if (caller !== undefined) happens(frame("caller", levelDb[caller]));
    if (model !== undefined) happens(sound(model));
    return call.orders.slice(from);
  }

  return {
    call,
    happens,
    /** Lets time pass; gives what was ordered meanwhile. */
    during(durationMs: number, scene: Scene = {}): Effect[] {
      return Array.from({ length: durationMs / frameMs }, () => step(scene)).flat();
    },
    /** The model sends so much at once. */
    burst: (durationMs: number, model: Sound): Effect[] =>
      Array.from({ length: durationMs / frameMs }, () => happens(sound(model))).flat(),
    /** What was sent to the phone and has not been heard, by the phone's own count. */
    queuedMs: (): number => only(call.orders, "caller.play").length * frameMs - phone.heardMs("sound"),
    says: (by: "caller" | "agent", text: string, startMs: number) =>
      happens({ type: "model.words", by, text, startMs }),
    start() {
      happens({ type: "stream.started" });
      happens({ type: "model.opened" });
      happens({ type: "model.ready" });
    },
  };
}

const sound = (model: Sound): BridgeEvent => ({
  type: "model.sound",
  payload: `sound/${frameMs}`,
  durationMs: frameMs,
  levelDb: levelDb[model],
});

/** How much audio was ordered to be appended, in milliseconds. */
export const appendedMs = (effects: Effect[]): number =>
  only(effects, "model.append-audio").length * frameMs +
  only(effects, "model.append-silence").reduce((sum, { durationMs }) => sum + durationMs, 0);
