import type { ObjectSchema, ValueOf } from "./json-schema.ts";
import { schemaFault } from "./schema-fault.ts";
import { argumentsFault } from "./value-fault.ts";

/** What a tool may know about the call it runs for, and do beside answering. */
export type ToolContext = {
  callSid: string;
  /** The same whenever this very call of the tool is made again: a service that has seen it need not act twice. */
  idempotencyKey: string;
  /** The two numbers in E.164; unknown when withheld. */
  from: string | undefined;
  to: string | undefined;
  /** What is known of the caller, by names of the operator's choice. */
  parameters: Readonly<Record<string, string>>;
  /** Unix time at which the model called the tool. */
  nowMs: number;
  /** The caller's or the configured IANA time zone. */
  timeZone: string;
  /** Aborts when the call ends, or the tool's time is up. */
  signal: AbortSignal;
  fetch: typeof fetch;
  /**
   * Waits for keys of the caller's phone, which nobody but the tool learns of: while they are pressed the caller is not
   * heard. Gives what was pressed, without the end key; an empty text when nothing was.
   */
  askKeys: (request: KeyRequest) => Promise<string>;
};

/** Keys that a tool asks for: complete with `maxDigits`, with the `endKey`, or when no more are pressed in time. */
export type KeyRequest = {
  maxDigits: number;
  endKey: string | undefined;
  firstKeyWithinMs: number;
  nextKeyWithinMs: number;
};

export type ToolResult = {
  /** What the model reads. */
  output: string;
  /** What it means to the call, beside its output. */
  next?: Next;
};

/** After the last word was heard: the end of the call, or a person. At once: keys for the far end, or what was settled for a machine. */
type Next =
  | { do: "hang-up" }
  /** With a `whisper`, who picks up hears it, and takes the call by a key. */
  | { do: "transfer"; transfer: { to: string; name: string; whisper?: string | undefined } }
  | { do: "send-digits"; digits: string }
  | { do: "leave-message" };

/** Something that the model can call. Two calls may run at the same time. */
export type Tool = {
  readonly name: string;
  readonly description: string;
  /** As the model sees it. */
  readonly parameters: ObjectSchema;
  readonly timeoutMs: number;
  /** What the agent may say while the tool runs. */
  readonly filler: string | undefined;
  /** Rejects with a `ToolError` when the arguments do not fit `parameters`; then nothing was done. */
  readonly run: (args: unknown, context: ToolContext) => Promise<ToolResult>;
};

/** A failure that was foreseen: a sentence for the model, which may read it aloud, and a short text for the log. */
export class ToolError extends Error {
  override readonly name = "ToolError";
  /** What the model reads. */
  readonly output: string;

  /** @param fault for the log; it must hold no secret, and nothing that the caller said */
  constructor(output: string, fault: string) {
    super(fault);
    this.output = output;
  }
}

type Definition<Parameters extends ObjectSchema> = {
  /** Up to 64 letters, digits, `_` and `-`; what the model calls it by. */
  name: string;
  /** When to use the tool and what it gives, for the model. */
  description: string;
  parameters: Parameters;
  timeoutMs?: number | undefined;
  filler?: string | undefined;
  run: (args: ValueOf<Parameters>, context: ToolContext) => ToolResult | Promise<ToolResult>;
};

const defaultTimeoutMs = 10_000;
const maxTimeoutMs = 600_000;

/**
 * Makes a tool whose `run` sees only arguments that fit its `parameters`, typed by them.
 * Throws when the definition cannot work, naming the tool and what to mend.
 */
export function defineTool<const Parameters extends ObjectSchema>(definition: Definition<Parameters>): Tool {
  const { name, description, parameters, timeoutMs = defaultTimeoutMs, filler, run } = definition;
  const fault = definitionFault(name, description, parameters, timeoutMs);
  if (fault !== undefined) throw cannotOffer(name, fault);

  return {
    name,
    description,
    parameters: { ...parameters, additionalProperties: false },
    timeoutMs,
    filler,
    run: async (args, context) => {
      assertFit(parameters, args);
      return run(args, context);
    },
  };
}

function assertFit<Parameters extends ObjectSchema>(
  parameters: Parameters,
  args: unknown,
): asserts args is ValueOf<Parameters> {
  const fault = argumentsFault(parameters, args);
  if (fault !== undefined) throw unfit(fault);
}

/** Arguments that a tool does not take, and why: said to the model, which made them and can do better. */
export const unfit = (fault: string): ToolError =>
  new ToolError(`The tool was not run: ${fault}.`, `arguments: ${fault}`);

/** The operator's fault, found at the start. */
export const cannotOffer = (name: string, fault: string): Error =>
  new Error(`The tool "${name}" cannot be offered to the model: ${fault}.`);

function definitionFault(name: string, description: string, parameters: unknown, timeoutMs: number) {
  if (!/^[\w-]{1,64}$/.test(name)) return "its name must be 1 to 64 letters, digits, _ or -";
  if (description.trim() === "") return "its description is empty, so the model cannot know when to call it";
  if (!(timeoutMs >= 1 && timeoutMs <= maxTimeoutMs)) return `timeoutMs must be from 1 to ${maxTimeoutMs}`;
  return schemaFault(parameters);
}
