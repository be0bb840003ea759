/** What is done when a machine has picked up: exactly `text` is left, spoken by the model or by the phone company. */
export type MachinePolicy = { do: "hang-up" } | { do: "leave-message"; text: string; by: "model" | "phone-company" };
