import type { Wire } from "../../sim/wire.ts";

type Message = Record<string, unknown> & { event: string };

/** The server's end of a stand-in's wire: everything that arrived, parsed. */
export type FarWire = Wire & {
  messages: Message[];
  closes: number[];
  of(event: string): Message[];
  marks(): unknown[];
};

export function farWire(): FarWire {
  const messages: Message[] = [];
  const closes: number[] = [];
  const of = (event: string): Message[] => messages.filter((message) => message.event === event);
  return {
    messages,
    closes,
    of,
    marks: () => of("mark").map((message) => (message["mark"] as { name: string }).name),
    send: (text) => void messages.push(JSON.parse(text) as Message),
    close: (code) => void closes.push(code),
  };
}
