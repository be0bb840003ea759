import type { Scenario } from "../scenario.ts";
import type { SessionContext } from "./context.ts";
import { type SessionUpdate, updateConfig } from "./session-config.ts";
import type { Objection } from "../shape.ts";

/** A client's `session.update`: answers with the whole configuration, unless the scenario holds the answer back. */
export function configure(
  context: SessionContext,
  update: SessionUpdate,
  isResponding: boolean,
): Objection | undefined {
  const moment = { hasSpoken: context.spoken.size > 0, isResponding, model: context.model };
  const updated = updateConfig(context.config, update, moment);
  if (!updated.ok) return updated.objection;
  const waitMs = updatedAfterMs(context.scenario);
  if (waitMs === 0) apply(context, updated.config);
  else if (waitMs !== "never") context.clock.after(waitMs, () => apply(context, updated.config));
  return undefined;
}

function apply(context: SessionContext, config: SessionContext["config"]): void {
  const { input, output } = config.audio;
  context.config = config;
  context.isConfigured = true;
  context.usage.bust();
  context.emit({ type: "session.updated", session: config });
  context.report({
    type: "session-configured",
    instructions: config.instructions,
    inputFormat: input.format.type,
    outputFormat: output.format.type,
  });
}

/** How long the session keeps an accepted configuration to itself. */
function updatedAfterMs({ faults = [] }: Scenario): number | "never" {
  const hold = faults.find((fault) => fault.type === "hold-session-updated");
  if (hold === undefined) return 0;
  return hold.forMs === "ever" ? "never" : hold.forMs;
}
