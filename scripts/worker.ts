import { parseSettings } from "../common/settings.ts";
import { settingsWarnings } from "../common/setting-warnings.ts";
import { stayUp } from "./parts/part.ts";
import { localFolder, projectFolder } from "./parts/project.ts";
import { runScript } from "./parts/run-script.ts";
import { readSettingTexts } from "./parts/sides.ts";
import { startWorker } from "./parts/worker.ts";

/** `npm run worker`: the Worker alone, on PORT. */
await runScript(async () => {
  const texts = readSettingTexts(projectFolder, process.env);
  const { PORT: port } = parseSettings("worker", texts);
  for (const warning of settingsWarnings(texts)) console.warn(`Note: ${warning}`);
  const worker = await startWorker({ port, texts, folder: localFolder, onLine: console.log });
  console.log(`The Worker answers at ${worker.url}`);
  await stayUp(worker);
});
