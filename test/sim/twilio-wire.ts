import type { Wire } from "../../sim/wire.ts";

type Message = { event: string; mark?: { name: string }; [field: string]: unknown };

/** The server's end of a stand-in's wire: everything that arrived, parsed. */
export type FarWire = Wire & {
  messages: Message[];
  closes: number[];
  of(event: string): Message[];
  marks(): Array<string | undefined>;
};

export function farWire(): FarWire {
  const messages: Message[] = [];
  const closes: number[] = [];
  const of = (event: string): Message[] => messages.filter((message) => message.event === event);
  return {
    messages,
    closes,
    of,
    marks: () => of("mark").map((message) => message.mark?.name),
    send(text) {
      const message: Message = JSON.parse(text);
      messages.push(message);
    },
    close: (code) => void closes.push(code),
  };
}
