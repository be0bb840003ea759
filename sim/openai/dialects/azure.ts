import { bearerOf } from "../keys.ts";
import { asItIs } from "../realtime/ga.ts";
import { admitByModel, refuse } from "../admission.ts";
import type { Dialect } from "./dialect.ts";

/**
 * Azure OpenAI: the GA interface behind another door. The key comes in a header of its own, or as a bearer token of
 * Entra; the model is the name of a deployment, which may be anything; an API version belongs to the dead preview.
 * GPT-Live is not served here: whether Azure's takes μ-law could not be verified (openai.md 8).
 */
export const azure: Dialect = {
  basePath: "/openai/v1",
  hasLive: false,
  keyOf(request) {
    const key = request.headers["api-key"];
    return typeof key === "string" ? key : bearerOf(request);
  },
  admit(_, url) {
    for (const name of ["api-version", "deployment"])
      if (url.searchParams.has(name)) return refuse(400, `'${name}' belongs to the preview API: pass 'model' alone.`);
    return admitByModel(url, () => undefined);
  },
  translate: () => asItIs,
};
