import type { PhoneStep } from "./step.ts";

/** Something that happened at a phone. `atMs` is in ms of the call, from the moment it was picked up. */
export type PhoneEvent =
  | { event: "step-began"; index: number; step: PhoneStep; atMs: number }
  /** A step waited for the agent longer than it may; the script goes on with the next one. */
  | { event: "step-gave-up"; index: number; step: PhoneStep; atMs: number }
  /** Speech that begins or ends: to the millisecond, but an end is told only when it is certain. */
  | { event: "caller-spoke"; atMs: number }
  | { event: "caller-quiet"; atMs: number }
  | { event: "agent-heard"; atMs: number }
  | { event: "agent-quiet"; atMs: number }
  | { event: "pressed"; digit: string; atMs: number }
  /** A key was pressed at the other end: its tones were heard. */
  | { event: "key-heard"; digit: string; atMs: number }
  | { event: "hung-up"; by: "caller" | "network"; atMs: number };
