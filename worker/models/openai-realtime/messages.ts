import { silence } from "../../../common/audio.ts";
import type { Fields } from "../../../common/json.ts";
import type { Remembered } from "../../bridge/remembered.ts";
import type { ModelCommand } from "../provider.ts";
import type { ModelSettings } from "../settings.ts";
import type { Dialect } from "./dialect.ts";

/** Every command has an id of its own, which an error about it brings back. Appends, fifty a second, need none. */
export function encode(command: ModelCommand, settings: ModelSettings, dialect: Dialect): string[] {
  switch (command.type) {
    case "model.configure":
      return [
        update(command.commandId, dialect.session(settings)),
        ...recall(command.commandId, command.history, dialect),
      ];
    case "model.recall":
      return recall(command.commandId, command.items, dialect);
    default:
      return [encodeOne(command, dialect)];
  }
}

type OneMessage = Exclude<ModelCommand, { type: "model.configure" | "model.recall" }>;

function encodeOne(command: OneMessage, dialect: Dialect): string {
  switch (command.type) {
    case "model.probe":
      return update(command.commandId, dialect.noChange);
    case "model.append-audio":
      return `{"type":"input_audio_buffer.append","audio":"${command.payload}"}`;
    case "model.append-silence":
      return `{"type":"input_audio_buffer.append","audio":"${silence(command.durationMs)}"}`;
    case "model.truncate":
      return message("conversation.item.truncate", command.commandId, {
        item_id: command.itemId,
        content_index: 0,
        audio_end_ms: command.audioEndMs,
      });
    case "model.add-text":
      return addItem(command.commandId, textItem(command.by, command.text, dialect));
    case "model.add-tool-output":
      return addItem(command.commandId, toolOutput(command.toolCallId, command.output));
    case "model.delete-item":
      return message("conversation.item.delete", command.commandId, { item_id: command.itemId });
    case "model.cancel-response":
      return message("response.cancel", command.commandId, { response_id: command.responseId });
    case "model.create-response":
      return message(
        "response.create",
        command.commandId,
        command.instructions === undefined ? {} : { response: { instructions: command.instructions } },
      );
  }
}

/**
 * What was said before, an item each: the caller's words as text, too, and the model's own as text alone (openai.md A9,
 * re-seed). An item keeps its id, so that it is known by the same name in every session.
 */
const recall = (commandId: string, items: readonly Remembered[], dialect: Dialect): string[] =>
  items.flatMap((item) => itemsOf(item, dialect)).map((item, index) => addItem(`${commandId}.${index}`, item));

function itemsOf(item: Remembered, dialect: Dialect): Fields[] {
  if (item.what === "words") return [{ ...idOf(item.itemId), ...textItem(item.by, item.text, dialect) }];
  const { toolCallId, name, arguments: json, output } = item.tool;
  return [{ type: "function_call", call_id: toolCallId, name, arguments: json }, toolOutput(toolCallId, output)];
}

/** An id of 32 letters at most; one of ours may have a form that is refused. */
const idOf = (itemId: string | undefined): Fields =>
  itemId !== undefined && /^[\w-]{1,32}$/.test(itemId) ? { id: itemId } : {};

/** What the model itself has said can be told to it as text alone (openai.md A9, re-seed). */
function textItem(by: "caller" | "agent" | "nobody", text: string, { assistantPart }: Dialect): Fields {
  switch (by) {
    case "caller":
      return { type: "message", role: "user", content: [{ type: "input_text", text }] };
    case "agent":
      return { type: "message", role: "assistant", content: [{ type: assistantPart, text }] };
    case "nobody":
      return { type: "message", role: "system", content: [{ type: "input_text", text }] };
  }
}

const toolOutput = (toolCallId: string, output: string): Fields => ({
  type: "function_call_output",
  call_id: toolCallId,
  output,
});

const message = (type: string, commandId: string, fields: Fields): string =>
  JSON.stringify({ type, event_id: commandId, ...fields });

const update = (commandId: string, session: Fields): string => message("session.update", commandId, { session });

const addItem = (commandId: string, item: Fields): string => message("conversation.item.create", commandId, { item });
