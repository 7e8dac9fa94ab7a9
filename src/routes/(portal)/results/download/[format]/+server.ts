// Everything that was published, for spreadsheets and programs; what is withheld or missing is said as such.
import { error } from '@sveltejs/kit';
import type { RequestHandler } from './$types';
import { text } from '#lib/text/index.ts';
import { indicatorsOf, listMonths, listSince } from '#modules/results';

const COLUMNS = ['indicator', 'version', 'from', 'to', 'cut', 'breakdown', 'cell', 'state', 'value'] as const;
type Line = Record<(typeof COLUMNS)[number], string | number | null>;

export const GET: RequestHandler = async ({ locals, params }) => {
  if (params.format !== 'csv' && params.format !== 'json') error(404, text(locals.language, 'error.404'));
  const { app } = locals;
  const lines: Line[] = [];
  for (const { code } of indicatorsOf(app)) {
    for (const { version, from, to, month } of await listMonths(app.db.read, code)) {
      const head = { indicator: code, version, from, to };
      const line = (cut: string, breakdown: string, cell: { key: string; state: string; value?: number }): Line => ({
        ...head,
        cut,
        breakdown,
        cell: cell.key,
        state: cell.state,
        value: cell.value ?? null,
      });
      lines.push(line(month.cut, 'total', month.total));
      for (const { cut, breakdown, cells } of month.tables)
        lines.push(...cells.map((cell) => line(cut, breakdown, cell)));
    }
    for (const { version, to, cut, cell } of await listSince(app.db.read, code)) {
      const { state, value = null } = cell;
      lines.push({ indicator: code, version, from: '', to, cut, breakdown: 'since', cell: 'total', state, value });
    }
  }
  const json = params.format === 'json';
  // a key is a code or an id of ours, never typed by somebody, so no cell can be a formula
  const body = json
    ? JSON.stringify(lines)
    : [COLUMNS.join(','), ...lines.map((line) => COLUMNS.map((name) => line[name] ?? '').join(','))].join('\r\n');
  return new Response(body, {
    headers: {
      'content-type': json ? 'application/json' : 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="results.${params.format}"`,
    },
  });
};
