/** The tones of the rows and of the columns of a telephone's keys in Hz (ITU-T Q.23): each key sounds one of each. */
export const rowTones = [697, 770, 852, 941];
export const columnTones = [1_209, 1_336, 1_477, 1_633];

const keys = ["123A", "456B", "789C", "*0#D"];

/** The key at a row and a column. */
export const keyAt = (row: number, column: number): string | undefined => keys[row]?.[column];

/** The two tones of a key; none for what is not on a telephone. */
export function tonesOf(key: string): number[] {
  const row = keys.findIndex((line) => line.includes(key));
  const column = keys[row]?.indexOf(key) ?? -1;
  return [rowTones[row] ?? [], columnTones[column] ?? []].flat();
}
