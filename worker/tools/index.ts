import { currentTime } from "./current-time.ts";
import { hangUp } from "./hang-up.ts";
import type { Tool } from "./tool.ts";

/** The tools of the project, by what they do; an assistant picks from them. */
export const builtInTools: readonly Tool[] = [currentTime, hangUp];
