import { type Fields, object, parseObject, text } from "./json.ts";

/** What the one who places a call wants said in it. It travels to the Worker alone, never to Twilio's logs. */
export type CallWishes = {
  /** Who speaks, by name. */
  assistant: string | undefined;
  /** What the assistant's texts may speak of. */
  parameters: Readonly<Record<string, string>>;
  /** What the assistant says first. */
  greeting: string | undefined;
};

/** A call to be placed, as the Function hands it to the Worker. */
export type OutboundCall = CallWishes & {
  /** Under what the Worker is to keep the wishes: a name that nobody can guess. */
  intent: string;
  to: string;
  from: string;
  machineDetection: boolean;
  timeLimitS: number;
  /** The same key is the same call. */
  idempotencyKey: string | undefined;
};

/** A call that was placed, as it stood when Twilio took it. */
export type PlacedCall = { callSid: string; status: string };

/** The Worker's word on a call that is asked for. */
export type OutboundAdmission =
  /** It may be placed, now; what is wished for it is kept. */
  | { kind: "admitted" }
  /** The same was asked before, and this call was placed: the answer is the same, too. */
  | ({ kind: "placed" } & PlacedCall)
  /** The same is being asked at this moment, or nobody knows what came of it. */
  | { kind: "still-placing" }
  | { kind: "idempotency-key-reused" }
  | { kind: "hourly-limit"; limit: number }
  | { kind: "number-limit"; limit: number }
  /** All calls together have cost what they may, in dollars. */
  | { kind: "spend-limit"; per: "hour" | "day"; limit: number }
  | { kind: "assistant-unknown" };

/** What came of a call that was admitted: the call, or that there is none. */
export type OutboundOutcome = { intent: string; placed: PlacedCall | undefined };

/** Reads a call that a Function asks for; `undefined` when it is none. */
export function parseOutboundCall(json: string): OutboundCall | undefined {
  const fields = parseObject(json) ?? {};
  const [intent, to, from] = ["intent", "to", "from"].map((name) => text(fields[name]));
  const { timeLimitS } = fields;
  if (intent === undefined || to === undefined || from === undefined || typeof timeLimitS !== "number")
    return undefined;
  const machineDetection = fields["machineDetection"] === true;
  return {
    intent,
    to,
    from,
    timeLimitS,
    machineDetection,
    idempotencyKey: text(fields["idempotencyKey"]),
    ...wishesOf(fields),
  };
}

/** Reads wishes from what was kept. */
export const parseWishes = (json: string): CallWishes => wishesOf(parseObject(json) ?? {});

const wishesOf = (fields: Fields): CallWishes => ({
  assistant: text(fields["assistant"]),
  parameters: Object.fromEntries(
    Object.entries(object(fields["parameters"])).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value]] : [],
    ),
  ),
  greeting: text(fields["greeting"]),
});

/** Reads the Worker's word; `undefined` when it is none that we know. */
export function parseAdmission(answer: unknown): OutboundAdmission | undefined {
  const fields = object(answer);
  const limit = Number(fields["limit"]);
  switch (fields["kind"]) {
    case "placed": {
      const placed = placedIn(fields);
      return placed && { kind: "placed", ...placed };
    }
    case "hourly-limit":
    case "number-limit":
      return { kind: fields["kind"], limit };
    case "spend-limit":
      return fields["per"] === "hour" || fields["per"] === "day"
        ? { kind: "spend-limit", per: fields["per"], limit }
        : undefined;
    case "admitted":
    case "still-placing":
    case "idempotency-key-reused":
    case "assistant-unknown":
      return { kind: fields["kind"] };
    default:
      return undefined;
  }
}

/** Reads what came of a call; `undefined` when it does not say of which. */
export function parseOutcome(json: string): OutboundOutcome | undefined {
  const fields = parseObject(json) ?? {};
  const intent = text(fields["intent"]);
  return intent === undefined ? undefined : { intent, placed: placedIn(object(fields["placed"])) };
}

function placedIn(fields: Fields): PlacedCall | undefined {
  const callSid = text(fields["callSid"]);
  return callSid === undefined ? undefined : { callSid, status: text(fields["status"]) ?? "queued" };
}
