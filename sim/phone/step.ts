/**
 * One step of what a caller does. "The agent" is whoever is heard on the line.
 *
 * - `say` speaks a text in the caller's voice, `play` a WAV file of any rate, `play-mulaw` 8 kHz μ-law. None of them
 *   waits for anything: spoken while the agent speaks, they interrupt it.
 * - `wait-for-agent` waits until the agent has been speaking for `spokenMs` (0: until it is heard).
 * - `wait-for-quiet` waits until the agent has been heard since the caller last spoke, and then quiet for `quietMs`.
 * - `pause` does nothing for `ms`.
 * - `press` presses keys, five a second.
 * - `wait-for-digits` waits until these keys were heard from the other end, one after another.
 * - `menu` waits until the keys of one of its choices were heard, and goes on with the steps of that choice.
 * - `hang-up` ends the call. A script without it stays on the line until the other side hangs up.
 *
 * Keys that one step has waited for do not count for the next. What waits gives up after `atMostMs`, 30 s unless told otherwise, and the script goes on.
 */
export type PhoneStep =
  | { step: "say"; text: string }
  | { step: "play"; wav: Uint8Array }
  | { step: "play-mulaw"; audio: Uint8Array }
  | { step: "wait-for-agent"; spokenMs?: number; atMostMs?: number }
  | { step: "wait-for-quiet"; quietMs?: number; atMostMs?: number }
  | { step: "pause"; ms: number }
  | { step: "press"; digits: string }
  | { step: "wait-for-digits"; digits: string; atMostMs?: number }
  | { step: "menu"; choices: Readonly<Record<string, readonly PhoneStep[]>>; atMostMs?: number }
  | { step: "hang-up" };
