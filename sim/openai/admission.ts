/** What becomes of an upgrade request (openai.md A1, B1). */
export type Admission =
  /** An HTTP status and a body that says why. */
  | { type: "refuse"; status: number; body: unknown }
  /** The socket opens, one `error` comes, and it closes. */
  | { type: "open-and-close"; code: string; message: string }
  | { type: "admit"; model: string; warnings: string[] }
  | { type: "admit-live"; warnings: string[] };

/** The query of a Realtime session names a model and, as far as is documented, nothing else. */
export function admitByModel(url: URL, isServed: (model: string) => Admission | undefined): Admission {
  const targets = ["model", "call_id", "intent"].filter((name) => url.searchParams.has(name));
  if (targets.length !== 1) return refuse(400, "Pass exactly one of 'model', 'call_id' and 'intent'.");
  const model = url.searchParams.get("model");
  if (model === null) return refuse(400, `The stand-in does not simulate '${targets[0]}'.`);
  const strangers = [...url.searchParams.keys()].filter((name) => name !== "model");
  const warnings = strangers.map((name) => `The query parameter '${name}' is not documented.`);
  return isServed(model) ?? { type: "admit", model, warnings };
}

export const refuse = (status: number, message: string): Admission => ({
  type: "refuse",
  status,
  body: errorBody("invalid_request_error", null, message),
});

/** An error as the REST API and a refused upgrade answer it. */
export const errorBody = (type: string, code: string | null, message: string): unknown => ({
  error: { message, type, param: null, code },
});
