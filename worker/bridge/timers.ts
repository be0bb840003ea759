/**
 * The call's timers, by name: setting one again moves it.
 *
 * - `away`: the caller should have come back by now.
 * - `prepared-unused`: the stream of a prepared call should have come by now.
 * - `model-deadline`: the model must be ready by then.
 * - `model-retry`: a model that was lost is dialled again.
 * - `model-moment`: a caller who waits for a model is to hear a sentence.
 * - `model-watch`: looks whether the model is still there.
 * - `rollover`: the session ends soon: looks for the next one, and for a moment to go over to it.
 * - `frames`: looks whether the caller's phone still sends.
 * - `caller-gap`: looks for missing caller audio: while the caller speaks, or always where it is the model's clock.
 * - `turn-unanswered`: the model has had its time to answer the caller by itself.
 * - `response-watch`: a response that was asked for should have begun.
 * - `keypad`: no more keys of this group are coming.
 * - `private-keys`: no more keys are coming that a tool has asked for.
 * - `tool-filler`: a tool has run so long that the caller should hear something.
 * - `silence`: looks whether anybody has been heard lately.
 * - `max-duration`: the call has run out of time.
 * - `spend`: it is time to tell what the call has cost.
 * - `goodbye`: the last word should have been heard by now.
 * - `verdict`: somebody should have asked by now what follows the stream.
 */
export type TimerName =
  | "away"
  | "prepared-unused"
  | "model-deadline"
  | "model-retry"
  | "model-moment"
  | "model-watch"
  | "rollover"
  | "frames"
  | "caller-gap"
  | "turn-unanswered"
  | "response-watch"
  | "keypad"
  | "private-keys"
  | "tool-filler"
  | "silence"
  | "max-duration"
  | "spend"
  | "goodbye"
  | "verdict";
