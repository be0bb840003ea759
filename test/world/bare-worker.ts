import { freePort } from "../../scripts/parts/ports.ts";
import { type RunningWorker, startWorker } from "./miniflare.ts";
import { account } from "./raw-phone.ts";

export const operatorSecret = "the operator's secret of the tests";

/** A Worker with an operator, and with a model that nobody answers for; `settings` are beside these, or in their place. */
export async function startBareWorker(settings: Record<string, string> = {}): Promise<RunningWorker> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  return startWorker(
    {
      ...account,
      SERVER_URL: url,
      OPENAI_API_KEY: "sk-test-of-the-doors",
      // Port 9 discards: nothing leaves the machine.
      OPENAI_BASE_URL: "http://127.0.0.1:9/v1",
      OPERATOR_SECRET: operatorSecret,
      ...settings,
    },
    { port },
  );
}
