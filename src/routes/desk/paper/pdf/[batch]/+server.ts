// The sheets of a batch, ready for the printer.
import { error } from '@sveltejs/kit';
import type { RequestHandler } from './$types';
import { listSheets, sheetsPdf } from '#modules/paper';
import { formatDate } from '#lib/format/index.ts';
import { text } from '#lib/text/index.ts';
import { openDesk } from '../../../desk.ts';

export const GET: RequestHandler = async ({ locals, params, url }) => {
  const { read, site, language } = openDesk(locals, url, 'paper.print');
  const sheets = site ? await listSheets(read, site.id, { batch: params.batch }) : [];
  if (sheets.length === 0) error(404, text(language, 'refusal.paper.sheet-unknown'));
  const from = `${locals.app.site.programme} · ${locals.app.site.name}`;
  const dayOf = (day: string) => formatDate(language, day, 'long');
  const body = await sheetsPdf(sheets.toReversed(), { language, from, dayOf });
  return new Response(new Uint8Array(body), {
    headers: {
      'content-type': 'application/pdf',
      'content-disposition': `attachment; filename="${sheets[0]?.kind ?? 'hojas'}-${params.batch}.pdf"`,
      'cache-control': 'no-store',
    },
  });
};
