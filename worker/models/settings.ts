/** What a model is told about the call's settings, vendor-neutral; the provider finds the vendor's words for it. */
export type ModelSettings = {
  apiKey: string;
  baseUrl: string;
  model: string;
  instructions: string;
  voice: string;
  turnDetection: TurnDetection;
  noiseReduction: "near_field" | "far_field" | undefined;
};

export type TurnDetection =
  | {
      type: "server_vad";
      threshold: number;
      prefixPaddingMs: number;
      silenceMs: number;
      /** The model speaks up after this much silence; `undefined`: never. */
      idleTimeoutMs: number | undefined;
    }
  | { type: "semantic_vad"; eagerness: "low" | "medium" | "high" | "auto" };
