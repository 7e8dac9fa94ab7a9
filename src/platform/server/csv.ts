// Tables as CSV, as spreadsheets read them: UTF-8 with a mark for the accents, and no cell that is taken for a formula.

const quoted = (value: string): string => (/[",\n\r;]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
const harmless = (value: string): string => (/^[=+\-@\t\r]/.test(value) ? `'${value}` : value);

/** The first line names the columns. Null is an empty cell; a number stands as it is, with a point. */
export function csvText(lines: readonly (readonly (string | number | null)[])[]): string {
  const cell = (value: string | number | null) =>
    value === null ? '' : typeof value === 'number' ? String(value) : quoted(harmless(value));
  return `\u{FEFF}${lines.map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;
}
