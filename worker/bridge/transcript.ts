import { split, splitAt } from "./split-words.ts";

/**
 * One thing said, or noted. `text` is what was heard; of an agent's item that is `pending` what was generated, of a
 * caller's nothing yet. `unheardText` is what the agent generated and the caller never heard.
 *
 * - `pending`: the agent's words have not been heard yet, or the caller's not been written down (perhaps never).
 * - `heard`: in full. `cut`: up to somewhere. `unheard`: not at all.
 * - `failed`: the caller said something that could not be written down.
 */
export type TranscriptEntry = {
  itemId: string;
  role: Role;
  text: string;
  unheardText?: string;
  status: "pending" | "heard" | "cut" | "unheard" | "failed";
};

type Role = "caller" | "agent" | "note";

type Hearing =
  | { name: "heard" | "failed" }
  /** `heardMs`: how much of an agent's item was heard, when somebody last looked. */
  | { name: "pending"; heardMs?: number }
  | { name: "cut"; heardMs: number }
  /** It was nobody's speech. */
  | { name: "forgotten" };

/** A tool that the model has called, and what came of it once that is known. */
export type ToolUse = { toolCallId: string; name: string; arguments: string; output?: string };

/** One item, and all that is known of it: plain data, which is kept outside of the call, too. */
export type Line = {
  itemId: string;
  role: Role;
  previousItemId?: string | undefined;
  words: string;
  /** Where in the item's audio the words behind so many letters begin, if that is known. */
  spoken: { afterLength: number; atMs: number }[];
  generatedMs: number;
  hearing: Hearing;
  /** Of a caller's: it was heard as speech, and is no text of ours in the caller's name. */
  isSpoken?: boolean;
  /** What a note stands for: a tool, or words that the model was told in the caller's name. */
  tool?: ToolUse;
  told?: string | undefined;
};

/**
 * The conversation as it was heard. The order is the model's own, each item behind its predecessor: words arrive in
 * any order, the caller's often after the answer to them, or never (openai.md A7). An item whose predecessor is not
 * known stands where it arrived, until its predecessor comes. Everything may be told in any order.
 */
export class Transcript {
  /** In order of arrival. */
  readonly #lines: Map<string, Line>;
  readonly #changedIds = new Set<string>();
  #ownCount = 0;

  /** `lines`: what another object has heard of the call, in order of arrival. */
  constructor(lines: readonly Line[] = []) {
    this.#lines = new Map(lines.map((line) => [line.itemId, structured(line)]));
    this.#ownCount = lines.length;
  }

  /** The lines that have changed since this was last asked, whole, and how far those that are `playing` were heard. */
  takeChanged(playing: ReadonlyMap<string, number>): Line[] {
    const changedIds = new Set([...this.#changedIds, ...playing.keys()]);
    this.#changedIds.clear();
    return [...changedIds].flatMap((itemId) => {
      const line = this.#lines.get(itemId);
      if (line === undefined) return [];
      const heardMs = line.hearing.name === "pending" ? playing.get(itemId) : undefined;
      return { ...structured(line), ...(heardMs !== undefined && { hearing: { name: "pending", heardMs } }) };
    });
  }

  /** All lines, in the order of the talk. */
  get lines(): readonly Line[] {
    return inOrder([...this.#lines.values()]);
  }

  /** An item exists, behind another one if that is known. One that never says anything only holds others in place. */
  itemAdded(itemId: string, previousItemId: string | undefined, role: "caller" | "agent"): void {
    const line = this.#line(itemId, role);
    if (previousItemId !== undefined && !this.#comesAfter(itemId, previousItemId)) line.previousItemId = previousItemId;
  }

  /** The caller was heard to speak: what they said may come as words, or not. */
  callerSpoke(itemId: string): void {
    this.#line(itemId, "caller").isSpoken = true;
  }

  /** The caller's words of an item, all of them. */
  callerWords(itemId: string, text: string): void {
    const line = this.#line(itemId, "caller");
    if (line.hearing.name === "forgotten") return;
    line.words = text;
    line.hearing = { name: "heard" };
  }

  /** The item was nobody's speech: it only holds others in place. */
  forget(itemId: string): void {
    this.#line(itemId, "caller").hearing = { name: "forgotten" };
  }

  /** Something was said in the agent's name, and heard, before the model could speak. */
  agentSaid(text: string): void {
    this.#say("agent", text);
  }

  /** The caller's words could not be written down. */
  callerFailed(itemId: string): void {
    const line = this.#line(itemId, "caller");
    if (line.hearing.name === "pending") line.hearing = { name: "failed" };
  }

  /** More of the agent's words, as generated; `atMs` is where in the item's audio they begin, if that is known. */
  agentWords(itemId: string, delta: string, atMs?: number): void {
    const line = this.#line(itemId, "agent");
    if (atMs !== undefined) line.spoken.push({ afterLength: line.words.length, atMs });
    line.words += delta;
  }

  /** So much more audio of an item was generated, whether or not it is played: the words are spread over all of it. */
  agentAudio(itemId: string, generatedMs: number): void {
    this.#line(itemId, "agent").generatedMs += generatedMs;
  }

  /** The item was heard only so far. The first that is known of an item's hearing stands. */
  cut(itemId: string, heardMs: number): void {
    this.#heard(itemId, { name: "cut", heardMs });
  }

  /** The item's audio was heard to its end. */
  heardInFull(itemId: string): void {
    this.#heard(itemId, { name: "heard" });
  }

  /** Something that happened beside the words: keys were pressed, a tool was called. It stands where the talk is now. */
  note(text: string, told?: string): void {
    this.#say("note", text).told = told;
  }

  /** The model has called a tool. */
  toolCalled(tool: ToolUse): void {
    this.#say("note", `called ${tool.name}`).tool = { ...tool };
  }

  /** What came of it. */
  toolAnswered(toolCallId: string, output: string): void {
    const line = [...this.#lines.values()].findLast(({ tool }) => tool?.toolCallId === toolCallId);
    if (line?.tool !== undefined) this.#line(line.itemId, line.role).tool = { ...line.tool, output };
  }

  /** The conversation so far, in its order. */
  entries(): TranscriptEntry[] {
    return this.lines.flatMap((line) => entryOf(line) ?? []);
  }

  #say(role: Role, words: string): Line {
    this.#ownCount += 1;
    const previousItemId = this.lines.at(-1)?.itemId;
    const line = this.#line(`${role}:${this.#ownCount}`, role);
    line.previousItemId = previousItemId;
    line.words = words;
    line.hearing = { name: "heard" };
    return line;
  }

  #line(itemId: string, role: Role): Line {
    this.#changedIds.add(itemId);
    const known = this.#lines.get(itemId);
    if (known !== undefined) return known;
    const hearing: Hearing = { name: "pending" };
    const line: Line = { itemId, role, words: "", spoken: [], generatedMs: 0, hearing };
    this.#lines.set(itemId, line);
    return line;
  }

  #heard(itemId: string, hearing: Hearing): void {
    const line = this.#line(itemId, "agent");
    if (line.hearing.name === "pending") line.hearing = hearing;
  }

  /** Whether `laterId` is `itemId` or stands, by its predecessors, behind it: then it cannot precede it. */
  #comesAfter(itemId: string, laterId: string): boolean {
    for (let id: string | undefined = laterId; id !== undefined; id = this.#lines.get(id)?.previousItemId)
      if (id === itemId) return true;
    return false;
  }
}

/**
 * Each line directly behind its predecessor: notes first, since they were made when nothing else stood there; then the
 * newest item, as it was inserted before the older ones. Lines without a known predecessor keep their order of arrival.
 */
function inOrder(lines: Line[]): Line[] {
  const first: Line[] = [];
  const behind = new Map<string, Line[]>(lines.map(({ itemId }) => [itemId, []]));
  for (const line of lines) {
    const siblings = line.previousItemId === undefined ? undefined : behind.get(line.previousItemId);
    if (siblings === undefined) first.push(line);
    else siblings.splice(siblings.filter(({ role }) => role === "note").length, 0, line);
  }
  const ordered: Line[] = [];
  const open = first.toReversed();
  for (let line = open.pop(); line !== undefined; line = open.pop()) {
    ordered.push(line);
    open.push(...(behind.get(line.itemId) ?? []).toReversed());
  }
  return ordered;
}

/** A line as it is shown; nothing for one that holds others in place, and says nothing. */
export function entryOf(line: Line): TranscriptEntry | undefined {
  const { itemId, role, words, spoken, generatedMs, hearing } = line;
  if (hearing.name === "forgotten" || (role === "agent" && words === "" && generatedMs === 0)) return undefined;
  if (role === "caller" && hearing.name === "pending" && !line.isSpoken) return undefined;
  const text = words.trim();
  if (hearing.name !== "cut") return { itemId, role, text, status: hearing.name };
  const { heardMs } = hearing;
  if (heardMs <= 0) return { itemId, role, text: "", unheardText: text, status: "unheard" };
  const { heard, unheard } =
    spoken.length > 0 ? splitAt(words, spoken, heardMs) : split(text, heardMs / Math.max(heardMs, generatedMs));
  return { itemId, role, text: heard, ...(unheard !== "" && { unheardText: unheard }), status: "cut" };
}

/** A copy that nobody else changes. */
const structured = (line: Line): Line => ({ ...line, spoken: [...line.spoken] });
