// The monthly report as files: CSV and XLSX with a line for each figure, PDF on one page.
import writeExcelFile from 'write-excel-file/node';
import { text } from '#lib/text/index.ts';
import { formatNumber } from '#lib/format/index.ts';
import { csvText } from '#platform/csv';
import { A4, MARGIN, openPaper, type PaperHead } from '#platform/paper';
import type { Report, ReportRow } from './report.ts';

export interface FileHead extends Omit<PaperHead, 'landscape'> {
  /** Sentences under the figures: when it was made, whether the month is over. */
  notes: string[];
}

/** A figure in words: `12`, `81 %`, `fewer than 5`, `not measured yet`. */
export function shownValue(language: string, row: ReportRow): string {
  if (row.state === 'missing') return text(language, 'statistics.not-measured');
  if (row.state === 'suppressed' || row.value === null) return text(language, 'statistics.hidden');
  const value = formatNumber(language, row.unit === 'count' ? row.value : Math.round(row.value * 10) / 10);
  if (row.unit === 'percent') return `${value} %`;
  if (row.unit === 'hours') return text(language, 'statistics.hours', { value });
  return row.unit === 'years' ? text(language, 'statistics.years', { value }) : value;
}

export const rowName = (language: string, row: ReportRow): string =>
  row.text ? text(language, row.text) : (row.name ?? row.key);

type Line = [section: string, row: string, key: string, value: number | null, state: string];

function linesOf(language: string, report: Report): Line[] {
  return report.sections.flatMap(({ key, rows }) =>
    rows.map((row): Line => [
      text(language, `statistics.section.${key}`),
      rowName(language, row),
      `${key}.${row.key}`,
      row.value === null ? null : Math.round(row.value * 100) / 100,
      text(language, `statistics.state.${row.state}`),
    ]),
  );
}

const columns = (language: string) =>
  ['section', 'row', 'key', 'value', 'state'].map((name) => text(language, `statistics.column.${name}`));

/** A figure that is not said is an empty cell with its state beside it. */
export const csvOf = (language: string, report: Report): string =>
  csvText([columns(language), ...linesOf(language, report)]);

export async function xlsxOf(language: string, report: Report, head: FileHead): Promise<Buffer> {
  const bold = (value: string) => ({ value, fontWeight: 'bold' as const });
  const data = [
    [bold(head.title)],
    [{ value: `${head.from} · ${head.about}` }],
    ...head.notes.map((note) => [{ value: note }]),
    [],
    columns(language).map(bold),
    ...linesOf(language, report).map(([section, row, key, value, state]) => [
      ...[{ value: section }, { value: row }, { value: key }],
      ...[value === null ? null : { value, type: Number }, { value: state }],
    ]),
  ];
  const widths = [28, 44, 26, 12, 14].map((width) => ({ width }));
  return writeExcelFile(data, { columns: widths, sheet: report.month }).toBuffer();
}

/** One page in two columns; bars show what is said of a group. */
export async function pdfOf(language: string, report: Report, head: FileHead): Promise<Buffer> {
  const { doc, top, done } = openPaper(head);
  const gap = 24;
  const column = (A4.width - 2 * MARGIN - gap) / 2;
  const floor = A4.height - MARGIN - 12 - head.notes.length * 11;
  const lines = report.sections.reduce((sum, { rows }) => sum + rows.length + 2.2, 0);
  const step = Math.min(13, ((floor - top) * 2 - 40) / lines);
  const size = Math.min(8.5, step * 0.68);
  let x = MARGIN;
  let y = top;
  for (const { key, rows } of report.sections) {
    if (y + step * Math.min(rows.length + 2, 12) > floor && x === MARGIN) {
      x = MARGIN + column + gap;
      y = top;
    }
    doc.font('bold').fontSize(size + 1);
    doc.text(text(language, `statistics.section.${key}`), x, y, { width: column, lineBreak: false });
    y += step * 1.25;
    doc
      .moveTo(x, y - 2)
      .lineTo(x + column, y - 2)
      .lineWidth(0.6)
      .stroke('black');
    const most = Math.max(1, ...rows.filter(({ unit }) => unit === 'count').map(({ value }) => value ?? 0));
    for (const row of rows) {
      const bar =
        row.unit === 'count' && row.value !== null && rows.length > 3 ? (row.value / most) * (column * 0.22) : 0;
      if (bar > 0) doc.rect(x + column * 0.76 - bar, y + 1, bar, step - 4).fill('#bbb');
      doc.fillColor('black').font('plain').fontSize(size);
      doc.text(rowName(language, row), x, y, { width: column * 0.72, lineBreak: false, ellipsis: true, height: step });
      doc.text(shownValue(language, row), x + column * 0.6, y, {
        width: column * 0.4,
        align: 'right',
        lineBreak: false,
      });
      y += step;
    }
    y += step * 0.9;
  }
  doc.font('plain').fontSize(7.5).fillColor('black');
  for (const [at, note] of head.notes.entries())
    doc.text(note, MARGIN, floor + 6 + at * 11, { width: A4.width - 2 * MARGIN, lineBreak: false });
  return done();
}
