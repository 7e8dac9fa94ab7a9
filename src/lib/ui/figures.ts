// What charts are handed, and how a figure that cannot be shown is said: zero, missing and withheld are three things.
import { formatNumber } from '#lib/format/index.ts';

export interface Figure {
  label: string;
  /** Null when withheld or missing. */
  value: number | null;
  state: 'shown' | 'suppressed' | 'missing';
  /** Least and most, while something is unsettled. */
  interval?: { min: number; max: number } | undefined;
  /** The records, or the page, behind it. */
  href?: string | undefined;
}

type Say = (key: string) => string;

/** The figure in words: the number with its interval, or why there is none. */
export function worded(figure: Figure, language: string, t: Say, write = formatNumber): string {
  if (figure.state !== 'shown' || figure.value === null) return t(`ui.cell.${figure.state}`);
  const { min, max } = figure.interval ?? { min: figure.value, max: figure.value };
  const number = write(language, figure.value);
  return max > min ? `${number} (${write(language, min)}–${write(language, max)})` : number;
}

/** The largest of several figures, intervals included, for a scale that starts at zero; at least 1. */
export function largest(figures: readonly Figure[]): number {
  return Math.max(1, ...figures.map((figure) => Math.max(figure.value ?? 0, figure.interval?.max ?? 0)));
}

/** A share of the width, for an SVG attribute. */
export function percent(value: number, of: number, room = 100): string {
  return `${Math.round((value / of) * room * 100) / 100}%`;
}
