import { tunnelWarnings } from "../common/setting-warnings.ts";
import { parseSettings } from "../common/settings.ts";
import { bundleFunctions } from "./parts/bundle.ts";
import { startFunctions } from "./parts/functions.ts";
import { stayUp } from "./parts/part.ts";
import { localFolder, projectFolder } from "./parts/project.ts";
import { runScript } from "./parts/run-script.ts";
import { readSettingTexts } from "./parts/sides.ts";

/** `npm run functions`: the Functions alone, on FUNCTIONS_PORT. */
await runScript(async () => {
  const texts = readSettingTexts(projectFolder, process.env);
  parseSettings("functions", texts);
  const { FUNCTIONS_PORT: port } = parseSettings("local", texts);
  for (const warning of tunnelWarnings(texts)) console.warn(`Note: ${warning}`);
  await bundleFunctions();
  const functions = await startFunctions({ port, texts, folder: localFolder, onLine: console.log });
  console.log(`The Functions answer at ${functions.url}`);
  await stayUp(functions);
});
