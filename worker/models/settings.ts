/** What a model is told about the call's settings, vendor-neutral; the provider finds the vendor's words for it. */
export type ModelSettings = {
  apiKey: string;
  baseUrl: string;
  model: string;
  /** Thinks for a voice that calls no tools itself. */
  backendModel: string;
  instructions: string;
  voice: string;
  /** Only for who still has one. */
  temperature: number | undefined;
  turnDetection: TurnDetection;
  /** Whether it answers the caller, and stops for them, without being told. */
  answersByItself: boolean;
  tools: readonly ToolDeclaration[];
  mcpServers: readonly McpDeclaration[];
  /** Writes down what the caller says; `undefined`: nobody does. */
  transcription: Transcription | undefined;
  noiseReduction: "near_field" | "far_field" | undefined;
};

/** A tool as the model knows it; `parameters` is a JSON schema. */
export type ToolDeclaration = { name: string; description: string; parameters: object };

export type Transcription = { model: string; languages: readonly string[]; keywords: readonly string[] };

/** A server of tools that the model calls by itself. */
export type McpDeclaration = {
  label: string;
  url: string;
  authorization?: string;
  allowedTools?: readonly string[];
  requireApproval: "never";
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
