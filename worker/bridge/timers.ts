/**
 * The call's timers, by name: setting one again moves it.
 *
 * - `model-deadline`: the model must be ready by then.
 * - `caller-gap`: looks for missing caller audio while the caller speaks.
 */
export type TimerName = "model-deadline" | "caller-gap";
