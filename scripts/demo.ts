import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startVoice } from "../sim/voice/voice.ts";
import { earTimes } from "./demo/ear-time.ts";
import { judge } from "./demo/judgement.ts";
import { narrator } from "./demo/narrator.ts";
import { assistantsPart, callerNumber, callersPart } from "./demo/story.ts";
import { houseNumber, startHouse } from "./parts/house.ts";
import { projectFolder } from "./parts/project.ts";
import { PlainFailure, runScript } from "./parts/run-script.ts";

const outputFolder = join(projectFolder, "demo-output");
/** A leg may take so long to be gone after the call (twilio.md 11, item 34). */
const graceMs = 1000;

/** One call from the first ring to the last word, on this machine alone: shown, recorded, and held to its promises. */
async function demo(): Promise<void> {
  console.log("Starting Twilio's Function runtime, the Worker, and stand-ins for Twilio and OpenAI ...");
  const voice = startVoice();
  const story = narrator((line) => console.log(line));
  const partsLines: string[] = [];
  const house = await startHouse({
    speak: voice.speak,
    model: { scenario: assistantsPart, onEvent: (fact) => story.onModel(fact) },
    twilio: { onEvent: (event) => story.onTwilio(event) },
    onLine: (part, line) => void partsLines.push(`[${part}] ${line}`),
  });
  try {
    console.log(`\n${callerNumber} calls ${houseNumber}\n`);
    const call = await house.twilio.inboundCall({ from: callerNumber, to: houseNumber, script: callersPart });
    const report = await call.ended;
    await pause(graceMs);

    mkdirSync(outputFolder, { recursive: true });
    writeFileSync(join(outputFolder, "call.wav"), call.phone.recording.wav());
    writeFileSync(join(outputFolder, "transcript.txt"), story.transcript());

    const waits = earTimes(story.phoneEvents);
    const sessions = house.openai?.sessions ?? [];
    const { cuts, faults } = judge({ report, phone: call.phone, sessions, earTimes: waits });
    console.log(`\nEar time of each answer: ${waits.map(({ waitedMs }) => `${Math.round(waitedMs)} ms`).join(", ")}`);
    for (const { audioEndMs, heardMs } of cuts)
      console.log(
        `Cut at ${audioEndMs} ms; the phone heard ${heardMs} ms: ${Math.abs(Math.round(audioEndMs - heardMs))} ms apart`,
      );
    console.log(
      "Written: demo-output/call.wav (left: caller, right: what the caller heard), demo-output/transcript.txt",
    );
    if (faults.length > 0) throw new PlainFailure([...faults, ...partsLines.slice(-20)].join("\n"));
  } finally {
    await house.close();
    await voice.close();
  }
}

await runScript(demo);
