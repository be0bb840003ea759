/** The value that so many percent of the samples do not exceed; NaN without samples. */
export function percentile(samples: readonly number[], percent: number): number {
  const sorted = Float64Array.from(samples).toSorted();
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}
