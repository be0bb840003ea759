import type { CallWishes, OutboundAdmission, OutboundCall, OutboundOutcome } from "../common/outbound-call.ts";
import type { Admission, Preparation, Prepared } from "../common/preparation.ts";
import { isToolVariable } from "../common/tool-variable.ts";
import { type WorkerSettings, parseSettings } from "../common/settings.ts";
import type { Judgement, VerdictNews } from "../common/verdict.ts";
import type { Batch, Recalled, RecordAdmission } from "./record/batch.ts";
import type { Story } from "./record/call-book.ts";
import type { CarrierReport } from "./bridge/carrier-report.ts";
import type { SpendLimit } from "./bridge/spending-policy.ts";
import type { SpendReport } from "./switchboard/spend-report.ts";
import type { DevFault } from "./dev/faults.ts";
import type { LimitBindings } from "./doors/limits.ts";

/** What the Worker asks of a call, beside handing it a stream. */
type CallObject = Rpc.DurableObjectBranded & {
  prepare(preparation: Preparation): Promise<Prepared>;
  verdict(news: VerdictNews): Promise<Judgement>;
  whisper(): string | undefined;
  carrierReported(report: CarrierReport): void;
  inflict(fault: DevFault): void;
};

/** What is asked of the one place that knows of all calls. */
type SwitchboardObject = Rpc.DurableObjectBranded & {
  admitOutbound(call: OutboundCall): OutboundAdmission;
  takeOutcome(outcome: OutboundOutcome): void;
  wishesFor(intent: string, callSid: string): CallWishes | undefined;
  admitCaller(caller: string | undefined, callSid: string): Admission;
  callIsOver(callSid: string): void;
  takeSpending(report: SpendReport): SpendLimit | undefined;
};

/** What is asked of a call's memory, which outlives the call's object. */
type RecordObject = Rpc.DurableObjectBranded & {
  append(batch: Batch): void;
  admit(generation: number): RecordAdmission;
  recall(): Recalled | undefined;
  over(): void;
  story(): Story;
};

/** The Worker's bindings: the calls, their records, the switchboard, the limits at its doors, and the settings as texts. */
export type Environment = LimitBindings & {
  CALL: DurableObjectNamespace<CallObject>;
  RECORD: DurableObjectNamespace<RecordObject>;
  SWITCHBOARD: DurableObjectNamespace<SwitchboardObject>;
};

/** The record of a call; a stub that was had before it was reset is of no use (cloudflare.md 4.1). */
export const recordOf = ({ RECORD }: Environment, callSid: string) => RECORD.getByName(callSid);

/** There is one switchboard. */
export const switchboardOf = ({ SWITCHBOARD }: Environment) => SWITCHBOARD.getByName("switchboard");

/** The Worker's variables and secrets: what among its bindings is a text. */
export const variablesOf = (environment: Environment): Record<string, string> =>
  Object.fromEntries(
    Object.entries<unknown>({ ...environment }).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value]] : [],
    ),
  );

/** What of the settings and the variables must never be read by anybody. */
export const secretsOf = (settings: WorkerSettings, variables: Readonly<Record<string, string>>): string[] =>
  [
    ...Object.entries(variables).flatMap(([name, value]) => (isToolVariable(name) ? value : [])),
    settings.OPENAI_API_KEY,
    settings.AZURE_OPENAI_API_KEY,
    settings.XAI_API_KEY,
    settings.BETA_API_KEY,
    settings.TWILIO_AUTH_TOKEN,
    settings.TWILIO_AUTH_TOKEN_SECONDARY,
    settings.LINK_SECRET,
    settings.LOOKUP_SECRET,
    settings.OPERATOR_SECRET,
  ].filter((secret) => secret !== undefined);

/** The account's tokens: two are good while they are being rotated. */
export const authTokens = (settings: WorkerSettings): string[] =>
  [settings.TWILIO_AUTH_TOKEN, settings.TWILIO_AUTH_TOKEN_SECONDARY].filter((token) => token !== undefined);

/**
 * The settings among the bindings, checked.
 *
 * @throws SettingsError naming every wrong or missing setting, and how to mend it.
 */
export const readSettings = (environment: Environment): WorkerSettings =>
  parseSettings("worker", variablesOf(environment));
