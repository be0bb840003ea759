import { type Dialect, ga } from "../openai-realtime/dialect.ts";
import { realtimeIn } from "../openai-realtime/protocol.ts";

/**
 * Azure OpenAI: the same API behind another door. The key comes in a header of its own, the model is the name of a
 * deployment, and there is no API version (openai.md 8). Never tried against the live service.
 */
const dialect: Dialect = {
  ...ga,
  request: ({ baseUrl, model, apiKey }) => ({
    url: `${baseUrl}/realtime?model=${encodeURIComponent(model)}`,
    headers: { "api-key": apiKey },
  }),
};

export const azure = realtimeIn(dialect);
