import { join } from "node:path";
import { tmpdir } from "node:os";
import { mkdtempSync, rmSync } from "node:fs";
import { callbackPath, twimlPath } from "../../common/routes.ts";
import type { SettingTexts } from "../../common/settings.ts";
import { type OpenAIOptions, type OpenAIServer, startOpenAI } from "../../sim/openai/server.ts";
import { startGateway } from "../../sim/twilio/gateway/gateway.ts";
import { routesOf } from "../../sim/twilio/gateway/routes.ts";
import { type Twilio, type TwilioSettings, startTwilio } from "../../sim/twilio/twilio.ts";
import type { Speak } from "../../sim/voice/voices.ts";
import { bundleFolder, bundleFunctions } from "./bundle.ts";
import { startFunctions } from "./functions.ts";
import { freePort } from "./ports.ts";
import { withStandInAccount } from "./stand-in.ts";
import { type SidePlan, startWorker } from "./worker.ts";

/** Something that was started, and can be ended. */
export type Closable = { close(): Promise<void> };

/** The number that is called, and whose voice webhook our Function is. */
export const houseNumber = "+15550001000";

export type HousePlan = {
  /** Settings beside those that follow from the house itself. */
  texts?: SettingTexts;
  speak: Speak;
  /** The stand-in model's part; `"real"` leaves the model to `OPENAI_BASE_URL` and `OPENAI_API_KEY`. */
  model?: Pick<OpenAIOptions, "scenario" | "onEvent"> | "real";
  twilio?: Partial<Omit<TwilioSettings, "accountSid" | "authToken" | "speak" | "numbers" | "port">>;
  /** The Worker's and the Functions' ports; any free ones without. */
  ports?: { worker: number; functions: number };
  onLine?: (part: "worker" | "functions", line: string) => void;
  /** Starts the Worker; under `wrangler dev` unless told otherwise. */
  worker?: (plan: SidePlan) => Promise<Closable>;
};

/** A whole telephone system on this machine: the real Functions and Worker, and the two companies' stand-ins. */
export type House = Closable & {
  twilio: Twilio;
  /** The stand-in for OpenAI, unless the real one is used. */
  openai: OpenAIServer | undefined;
  /** All settings, as both sides have them. */
  texts: SettingTexts;
  workerUrl: string;
  /** The Functions behind the platform's gateway, as the outside sees them. */
  functionsUrl: string;
};

/** Builds the house; when a part of it does not start, the others are ended again. */
export async function startHouse(plan: HousePlan): Promise<House> {
  const open: Closable[] = [];
  const close = async (): Promise<void> => {
    for (const part of open.toReversed()) await part.close();
  };
  const keep = <Part extends Closable>(part: Part): Part => {
    open.push(part);
    return part;
  };
  try {
    return { ...(await build(plan, keep)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function build(
  plan: HousePlan,
  keep: <Part extends Closable>(part: Part) => Part,
): Promise<Omit<House, "close">> {
  const { speak, model = {} } = plan;
  const folder = mkdtempSync(join(tmpdir(), "voicecall-"));
  keep({ close: async () => rmSync(folder, { recursive: true, force: true }) });
  const ports = plan.ports ?? { worker: await freePort(), functions: await freePort() };
  const [workerUrl, functionsUrl] = [`http://127.0.0.1:${ports.worker}`, `http://127.0.0.1:${ports.functions}`];
  const account = withStandInAccount(plan.texts);
  const openai = model === "real" ? undefined : keep(await startOpenAI({ speak, apiKeys: [standInKey], ...model }));
  const twilio = keep(
    await startTwilio({
      accountSid: account.TWILIO_ACCOUNT_SID,
      authToken: account.TWILIO_AUTH_TOKEN,
      speak,
      numbers: {
        [houseNumber]: { voiceUrl: functionsUrl + twimlPath, statusCallback: workerUrl + callbackPath("status") },
      },
      ...plan.twilio,
    }),
  );
  const texts: SettingTexts = {
    ...account,
    ...(openai && { OPENAI_API_KEY: standInKey, OPENAI_BASE_URL: openai.url }),
    TWILIO_API_URL: twilio.apiUrl,
    TWILIO_PHONE_NUMBER: houseNumber,
    SERVER_URL: workerUrl,
    FUNCTIONS_URL: functionsUrl,
  };
  await bundleFunctions();
  const functionsPort = await freePort();
  const side = { texts, folder };
  const [functions] = await startAll(
    startFunctions({ ...side, port: functionsPort, onLine: (line) => plan.onLine?.("functions", line) }).then(keep),
    (plan.worker ?? startWorker)({ ...side, port: ports.worker, onLine: (line) => plan.onLine?.("worker", line) }).then(
      keep,
    ),
  );
  keep(
    await startGateway({
      target: functions.url,
      authToken: account.TWILIO_AUTH_TOKEN,
      functions: routesOf(bundleFolder),
      publicUrl: functionsUrl,
      port: ports.functions,
    }),
  );
  return { twilio, openai, texts, workerUrl, functionsUrl };
}

/** The key that the stand-in takes: not a secret, but a wrong one is refused. */
const standInKey = "sk-stand-in";

/** Waits for both, also when one fails: so that whatever did start is known, and can be ended. */
async function startAll<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return Promise.all([a, b]);
}
