// The table of telecentres as a file.
import type { RequestHandler } from './$types';
import { enterArea } from '../../../area.ts';
import { boardCsv, telecentreBoard } from '../board.ts';

export const GET: RequestHandler = async ({ locals, url }) => {
  enterArea(locals, url, 'statistics.read');
  const asked = (name: string) => (url.searchParams.get(name) ?? '').slice(0, 80);
  const filter = { name: asked('name'), district: asked('district'), need: asked('need') };
  const { rows } = await telecentreBoard(locals, { ...filter, page: Number(asked('page')) || 0 });
  return new Response(boardCsv(locals.language, rows), {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="telecentros.csv"',
      'cache-control': 'no-store',
    },
  });
};
