import { join } from "node:path";

/** The project's folder. */
export const projectFolder = join(import.meta.dirname, "../..");

/** Where built files go. */
export const builtFolder = join(projectFolder, "dist");
