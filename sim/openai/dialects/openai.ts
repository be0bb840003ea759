import { bearerOf, subprotocolKeyOf } from "../keys.ts";
import { isRetired, realtimeModels } from "../models.ts";
import { asItIs } from "../realtime/ga.ts";
import { type Admission, admitByModel } from "../admission.ts";
import type { Dialect } from "./dialect.ts";

/** OpenAI's own endpoint: the GA interface, and no other (openai.md A1). */
export const openai: Dialect = {
  basePath: "/v1",
  hasLive: true,
  keyOf: (request) => bearerOf(request) ?? subprotocolKeyOf(request),
  admit(request, url) {
    if (request.headers["openai-beta"] !== undefined) return betaDisabled;
    return admitByModel(url, (model) => (realtimeModels.has(model) ? undefined : unknownModel(model)));
  },
  translate: () => asItIs,
};

const betaDisabled: Admission = {
  type: "open-and-close",
  code: "beta_api_shape_disabled",
  message: "The beta shape of the Realtime API is no longer supported. Remove the OpenAI-Beta header.",
};

const unknownModel = (model: string): Admission => ({
  type: "open-and-close",
  code: "model_not_found",
  message: isRetired(model)
    ? `The model '${model}' was shut down on 2026-05-07.`
    : `The model '${model}' does not exist or you do not have access to it.`,
});
