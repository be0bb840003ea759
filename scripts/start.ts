import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseSettings } from "../common/settings.ts";
import type { PhoneStep } from "../sim/phone/step.ts";
import { startVoice } from "../sim/voice/voice.ts";
import { type Narrator, narrator } from "./demo/narrator.ts";
import { callerNumber } from "./demo/story.ts";
import { type House, houseNumber, startHouse } from "./parts/house.ts";
import { projectFolder } from "./parts/project.ts";
import { runScript } from "./parts/run-script.ts";
import { readSettingTexts } from "./parts/sides.ts";

const outputFolder = join(projectFolder, "demo-output");

const tell = (who: string, line: string): void => console.log(`${who.padEnd(9)} │ ${line}`);

/** Everything up, and staying up: the real Functions and Worker, a stand-in for Twilio, and a model. */
async function start(): Promise<void> {
  const texts = readSettingTexts(projectFolder, process.env);
  const { PORT, FUNCTIONS_PORT } = parseSettings("local", texts);
  const isReal = Boolean(texts["OPENAI_API_KEY"]);
  const voice = startVoice();
  let story: Narrator = narrator((line) => tell("call", line));
  const house = await startHouse({
    texts,
    speak: voice.speak,
    model: isReal ? "real" : { onEvent: (fact) => story.onModel(fact) },
    // Calls of different days must not share their names in a log.
    twilio: { onEvent: (event) => story.onTwilio(event), seed: new Date().toISOString() },
    ports: { worker: PORT, functions: FUNCTIONS_PORT },
    onLine: tell,
  });
  greet(house, isReal);

  const lines = createInterface({ input: process.stdin });
  let callCount = 0;
  lines.on("line", (words) => {
    callCount += 1;
    story = narrator((line) => tell("call", line));
    void placeCall(house, words, `call-${callCount}.wav`).catch((error: unknown) => tell("call", String(error)));
  });
  await asked();
  lines.close();
  console.log("\nStopping ...");
  await house.close();
  await voice.close();
}

function greet(house: House, isReal: boolean): void {
  console.log(`
Worker      ${house.workerUrl}          status page; ${house.workerUrl}/health
Functions   ${house.functionsUrl}/twiml
Twilio      ${house.twilio.apiUrl}          a stand-in: it rings, speaks and listens, on this machine alone
Model       ${isReal ? "the real one: it costs what your account pays for it" : "a stand-in: it cannot understand speech, and says so"}

Type a sentence and press Enter: somebody calls, says it, listens to the answer and hangs up.
To have the assistant call somebody: npm run call -- +15551234567 --stand-in ${house.twilio.apiUrl}
Ctrl-C stops everything.
`);
}

async function placeCall(house: House, words: string, fileName: string): Promise<void> {
  const script: PhoneStep[] = [
    { step: "wait-for-quiet" },
    { step: "say", text: words.trim() || "Hello, who is there?" },
    { step: "wait-for-quiet" },
    { step: "hang-up" },
  ];
  const { phone, ended } = await house.twilio.inboundCall({ from: callerNumber, to: houseNumber, script });
  const { log } = await ended;
  for (const entry of log)
    if (entry.kind === "warning" || entry.kind === "error")
      tell("twilio", `${entry.kind} ${entry.code}: ${entry.message}`);
  mkdirSync(outputFolder, { recursive: true });
  writeFileSync(join(outputFolder, fileName), phone.recording.wav());
  tell("call", `recorded in demo-output/${fileName}`);
}

/** Resolves when somebody asks the program to stop. */
const asked = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });

await runScript(start);
