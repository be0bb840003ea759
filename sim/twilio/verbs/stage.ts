import type { CallFacts } from "../call/call-facts.ts";
import type { CallLog } from "../call/call-log.ts";
import type { Instruction } from "../call/document.ts";
import type { Platform } from "../call/platform.ts";
import type { StreamReport } from "../call/run-stream.ts";
import type { StatusCallbacks } from "../call/status-callbacks.ts";
import type { Line } from "../line/line.ts";

/** A call that a `<Dial>` makes. */
export type DialledCall = {
  from: string;
  to: string;
  ringLimitMs: number;
  /** Keys for the called phone to hear first. */
  sendDigits?: string;
  /** What only the called phone hears, before it is put through. */
  whisper: Instruction | undefined;
  statusCallbacks: StatusCallbacks | undefined;
  onAnswered: () => void;
  /** Puts it through when it was answered and the whisper is over; the call ends when this settles. */
  putThrough: (line: Line, signal: AbortSignal) => Promise<void>;
};

/** A call as the one who dialled it sees it. */
export type Leg = {
  readonly facts: Readonly<CallFacts>;
  /** Ends it; nothing happens when it is over. */
  end(status: "completed" | "canceled"): void;
  /** Settles when the call is over. */
  readonly over: Promise<void>;
};

/** What a document is run on. */
export type Stage = {
  platform: Platform;
  facts: Readonly<CallFacts>;
  log: CallLog;
  /** Whether only the called side of a `<Dial>` hears what is run. */
  isWhispering(): boolean;
  isAnswered(): boolean;
  /** The line to the caller; the call is answered when it is first asked for. */
  line(): Line;
  /** Ends a call that was not answered. False when it was: then it is too late. */
  reject(reason: "rejected" | "busy"): boolean;
  dial(call: DialledCall): Leg;
  /** Called when a stream has begun; its report goes on being written. */
  onStreamStarted: (report: StreamReport) => void;
  /** Has something done when the call is over and all sound has passed. */
  atTheEnd: (task: () => void) => void;
  /** Takes work whose end no verb waits for. */
  inBackground: (work: Promise<void>) => void;
};
