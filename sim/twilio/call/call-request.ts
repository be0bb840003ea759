import type { LinkFault } from "../../network/link-fault.ts";
import type { Phone } from "../../phone/phone.ts";
import type { CallFacts } from "./call-facts.ts";
import type { LogEntry } from "./call-log.ts";
import type { ReadyPhone } from "./called-phone.ts";
import type { DetectionRequest } from "./detection.ts";
import type { Instruction } from "./document.ts";
import type { DialledCall } from "../verbs/stage.ts";
import type { StreamReport } from "./run-stream.ts";
import type { StatusCallbacks } from "./status-callbacks.ts";

/** A call to be made. */
export type CallRequest = {
  sid: string;
  parentSid?: string;
  direction: CallFacts["direction"];
  from: string;
  to: string;
  /** The phone at the other end: the one that calls, or one that is called, and rings for `ringLimitMs` at most. */
  far: { phone: Phone } | { called: Promise<ReadyPhone>; ringLimitMs: number };
  /** What the call does when it was answered; a dialled one may have nothing to do before it is put through. */
  instruction: Instruction | undefined;
  statusCallbacks: StatusCallbacks | undefined;
  /** The call is ended when it has been answered for so long, with an error if there is one; undefined is for ever. */
  timeLimit: { afterMs: number; error?: { code: number; message: string } } | undefined;
  detection?: DetectionRequest;
  /** Said before anything else, as a trial account's calls are. */
  announcement?: string;
  /** Keys that the called phone hears before the first document runs. */
  sendDigits?: string;
  /** For a call that a `<Dial>` made. */
  dialled?: Pick<DialledCall, "onAnswered" | "putThrough">;
  /** What was asked for and is not simulated: it goes into the log. */
  notes: readonly string[];
  onLog: (entry: LogEntry) => void;
};

/** Everything about a call that is over. */
export type CallReport = {
  readonly facts: Readonly<CallFacts>;
  readonly log: readonly LogEntry[];
  /** The phone at the other end, and what was heard there; undefined when a called one was not picked up. */
  readonly phone: Phone | undefined;
  /** When the phone's time began, in ms of the log; undefined when it was never picked up. */
  readonly answeredAtMs: number | undefined;
  readonly streams: readonly StreamReport[];
};

/** A call that is going on. */
export type Call = {
  readonly facts: Readonly<CallFacts>;
  /** Ends it; nothing happens when it is over. */
  end(status: "completed" | "canceled"): void;
  /** Breaks off what runs, and goes on with this (twilio.md 1.8, 4.5). */
  redirect(instruction: Instruction): void;
  /** Has something happen to the connection of the stream that runs, now. False when none does. */
  befallStream(fault: LinkFault): boolean;
  /** Settles when the call is over. */
  readonly over: Promise<void>;
  /** Settles when the call is over and all its callbacks were answered. */
  readonly ended: Promise<CallReport>;
};
