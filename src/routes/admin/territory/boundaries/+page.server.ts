// Outlines for the maps: a file is read and taken in, or they are taken away.
import type { Actions, PageServerLoad } from './$types';
import { importBoundaries, listBoundaries, listDistricts, removeBoundary } from '#modules/territory';
import { Refusal } from '#platform/errors';
import { enterArea } from '../../../area.ts';
import { districtOutlines } from '../../../outlines.ts';
import { fieldsOf, proofOf, refuse, runForm, word } from '../../../run-form.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  enterArea(locals, url, 'territory.manage');
  const { read } = locals.app.db;
  const districts = (await listDistricts(read)).map(({ ubigeo, name }) => ({ ubigeo: ubigeo ?? '', name }));
  const boundaries = await listBoundaries(read);
  return { proof: proofOf(locals), districts, boundaries, ...(await districtOutlines(locals, districts)) };
};

export const actions: Actions = {
  async import({ locals, url, request }) {
    const actor = enterArea(locals, url, 'territory.manage');
    const form = await request.formData();
    const [file, column] = [form.get('file'), word(form, 'column').trim().slice(0, 60)];
    const said = { column, source: word(form, 'source'), licence: word(form, 'licence') };
    try {
      const bytes = file instanceof File ? new Uint8Array(await file.arrayBuffer()) : new Uint8Array();
      return { report: await importBoundaries(locals.app, actor, { bytes, ...said }) };
    } catch (caught) {
      if (!(caught instanceof Refusal)) throw caught;
      const { code, params, field } = caught;
      const refusal = { code, params, field, issues: field ? [{ field, code }] : [] };
      return refuse('territory.import-boundaries', refusal, fieldsOf(form));
    }
  },
  remove: (event) => runForm(event, removeBoundary, { next: () => '/admin/territory/boundaries' }),
};
