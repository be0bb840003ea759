import type { Spent } from "./spend-book.ts";

/** Whether a call comes in, or is one that we have placed. */
export type Direction = "in" | "out";

/** What a call says of itself while it runs, and when it is over. */
export type SpendReport = Spent & { direction: Direction; isOver: boolean };
