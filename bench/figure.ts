// One figure of a benchmark: one line of JSON, with its target where there is one.
export interface Target {
  atLeast?: number;
  atMost?: number;
}

export function figure(name: string, value: number, unit: string, target: Target = {}): void {
  const met =
    (target.atLeast === undefined || value >= target.atLeast) &&
    (target.atMost === undefined || value <= target.atMost);
  const rounded = Math.round(value * 1_000) / 1_000;
  console.log(
    JSON.stringify({ name, value: rounded, unit, ...target, ...(Object.keys(target).length > 0 ? { met } : {}) }),
  );
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
