import type { PhoneStep } from "../../sim/phone/step.ts";

export const ask: PhoneStep = { step: "say", text: "Can you tell me more of it?" };
export const quiet: PhoneStep = { step: "wait-for-quiet" };
/** Longer than anything that is lost takes to come back. */
const longQuiet: PhoneStep = { step: "wait-for-quiet", quietMs: 2_500 };
/** Whatever was before: one more question shows that the talk goes on. */
export const end: readonly PhoneStep[] = [longQuiet, ask, longQuiet, { step: "hang-up" }];
