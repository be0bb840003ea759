import { ofNextSession } from "./bridge/next-session.ts";
import type { ModelLeg, ModelListener } from "./model-leg.ts";
import type { ModelCommand } from "./models/provider.ts";

/** The model's side of a call through all its sessions: one is talked with, one may follow, others may still be closing. */
export type ModelLegs = {
  /** Dials another one, in the place of the last. */
  open(): void;
  /** Dials one that is to follow; it is heard of by events of its own until it takes over. */
  openNext(): void;
  swap(): void;
  send(command: ModelCommand): void;
  close(): void;
  /** How many sockets there are, those that are being closed among them. */
  readonly openCount: number;
};

type Session = { leg: ModelLeg | undefined; role: "current" | "next" | "past" };

/** Keeps them. Of a leg that is past nobody hears any more. */
export function modelLegs(dial: (listener: ModelListener) => ModelLeg, listener: ModelListener): ModelLegs {
  const sessions = new Set<Session>();

  const having = (role: Session["role"]): Session | undefined => [...sessions].find((session) => session.role === role);

  function dialAs(role: "current" | "next"): void {
    for (const session of sessions) if (session.role === role || role === "current") retire(session);
    const session: Session = { leg: undefined, role };
    sessions.add(session);
    session.leg = dial({
      happened(event) {
        const told = session.role === "next" ? ofNextSession(event) : event;
        if (session.role !== "past" && told !== undefined) listener.happened(told);
      },
      received: (message) => session.role !== "past" && listener.received(message),
    });
  }

  function retire(session: Session): void {
    session.leg?.close();
    session.role = "past";
    for (const each of sessions) if (each.role === "past" && !each.leg?.isOpen) sessions.delete(each);
  }

  return {
    open: () => dialAs("current"),
    openNext: () => dialAs("next"),
    swap() {
      const [current, next] = [having("current"), having("next")];
      if (next === undefined) return;
      if (current !== undefined) retire(current);
      next.role = "current";
    },
    send(command) {
      const role = command.type === "model.configure" ? (command.to ?? "current") : "current";
      having(role)?.leg?.send(command);
    },
    close() {
      for (const { leg } of sessions) leg?.close();
    },
    get openCount() {
      return [...sessions].filter(({ leg }) => leg?.isOpen).length;
    },
  };
}
