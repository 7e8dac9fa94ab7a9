// What a map of districts needs: their outlines and whom to thank for them; nothing of it in text-only mode.
import { boundariesOf, listBoundaries } from '#modules/territory';
import { text } from '#lib/text/index.ts';

export async function districtOutlines(locals: App.Locals, districts: readonly { ubigeo: string }[]) {
  const codes = districts.map(({ ubigeo }) => ubigeo);
  const { read } = locals.app.db;
  const outlines = await boundariesOf(read, codes);
  if (outlines.length === 0) return { outlines, credit: '' };
  const from = (await listBoundaries(read)).filter(({ ubigeo }) => codes.includes(ubigeo));
  const said = from.map(({ source, licence }) =>
    text(locals.language, 'territory.boundaries.credit', { source: source ?? '', licence: licence ?? '' }),
  );
  return { outlines, credit: [...new Set(said)].join(' ') };
}
