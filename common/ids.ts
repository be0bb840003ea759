/** A call, named by Twilio. */
export type CallSid = `CA${string}`;

const callSidShape = /^CA[0-9a-fA-F]{32}$/;

/** Whether a text has exactly the shape of a CallSid: `CA` and 32 hexadecimal digits. */
export const isCallSid = (text: unknown): text is CallSid => typeof text === "string" && callSidShape.test(text);
