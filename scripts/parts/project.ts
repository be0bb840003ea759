import { join } from "node:path";

/** The project's folder. */
export const projectFolder = join(import.meta.dirname, "../..");

/** Where built files go. */
export const builtFolder = join(projectFolder, "dist");

/** Where one side run on this machine keeps its settings and state: not where a deploy looks for them. */
export const localFolder = join(builtFolder, "local");
