import { silence } from "../../../common/audio.ts";
import type { Fields } from "../../../common/json.ts";
import type { ModelCommand } from "../provider.ts";
import type { ModelSettings } from "../settings.ts";
import { append } from "./appends.ts";
import { historyOf, inWords } from "./history.ts";
import { sessionConfig } from "./session.ts";

const stop = "Stop speaking now, at once. Listen to the caller.";
const saidBefore = (words: string): string => `This was already said to the caller in your name: "${words}"`;

/** Voice and backend are told apart: what is only for the voice to know is *thinking* (openai.md B4). */
export function encode(command: ModelCommand, settings: ModelSettings): string[] {
  switch (command.type) {
    case "model.configure":
      return [
        event("session.start", command.commandId, { session: { ...sessionConfig(settings), ...inputOf(command) } }),
      ];
    case "model.recall":
      return command.items.flatMap((item, index) => append("thinking", `${command.commandId}.${index}`, inWords(item)));
    // A session that lives sends sound all the time: there is nothing to ask.
    case "model.probe":
      return [];
    case "model.append-audio":
      return [`{"type":"session.input_audio.append","audio":"${command.payload}"}`];
    case "model.append-silence":
      return [`{"type":"session.input_audio.append","audio":"${silence(command.durationMs)}"}`];
    case "model.add-text":
      return addText(command);
    case "model.add-tool-output":
      return [
        addItem(command.commandId, {
          type: "function_call_output",
          call_id: command.toolCallId,
          output: command.output,
        }),
      ];
    case "model.create-response":
      return command.instructions === undefined
        ? [event("response.create", command.commandId)]
        : append("commentary", command.commandId, command.instructions);
    case "model.cancel-response":
      return append("instructions", command.commandId, stop);
    // What was said cannot be taken out of its memory: what mattered of it comes as a note (openai.md B4, item 4).
    case "model.truncate":
    case "model.delete-item":
      return [];
  }
}

function addText({ commandId, by, text }: Extract<ModelCommand, { type: "model.add-text" }>): string[] {
  switch (by) {
    case "caller":
      return [addItem(commandId, userMessage(text))];
    case "agent":
      return append("thinking", commandId, saidBefore(text));
    case "nobody":
      return append("thinking", commandId, text);
  }
}

/** What was said before, as its first messages. */
const inputOf = ({ history }: Extract<ModelCommand, { type: "model.configure" }>): Fields =>
  history.length === 0 ? {} : { input: historyOf(history) };

const event = (type: string, commandId: string, fields: Fields = {}): string =>
  JSON.stringify({ type, event_id: commandId, ...fields });

const addItem = (commandId: string, item: Fields): string => event("response.item.create", commandId, { item });

const userMessage = (text: string): Fields => ({
  type: "message",
  role: "user",
  content: [{ type: "input_text", text }],
});
