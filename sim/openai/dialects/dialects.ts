import { azure } from "./azure.ts";
import { beta } from "./beta.ts";
import type { Dialect } from "./dialect.ts";
import { openai } from "./openai.ts";
import { xai } from "./xai.ts";

/** Whose endpoint the stand-in plays; `beta` is anybody's who still speaks what OpenAI gave up in 2026. */
export type DialectName = "openai" | "azure" | "beta" | "xai";

export const dialects: Record<DialectName, Dialect> = { openai, azure, beta, xai };
