import { SettingsError } from "../../common/settings.ts";

/** A failure whose message is all that its reader needs. */
export class PlainFailure extends Error {}

/** Runs a script; a failure that its reader can mend is told in words and ends with status 1, any other one is thrown. */
export async function runScript(script: () => void | Promise<void>): Promise<void> {
  try {
    await script();
  } catch (error) {
    if (!(error instanceof SettingsError || error instanceof PlainFailure)) throw error;
    console.error(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}
