// Sheets to print, sheets to copy.
import { fail, redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import { importFile, listSheets, printSheets, SHEET_KINDS } from '#modules/paper';
import { visitCode, visitOfCode } from '#modules/visits';
import { proofOf, runForm } from '../../run-form.ts';
import { openDesk } from '../desk.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { read, site } = openDesk(locals, url, 'paper.enter');
  const typed = (url.searchParams.get('code') ?? '').slice(0, 40).replace(/^\s*H[- ]/i, '');
  const id = typed ? visitOfCode(locals.app.site.number ?? 0, typed) : null;
  const found = id && site ? await listSheets(read, site.id, { id }) : [];
  if (found.length > 0) redirect(303, `/desk/paper/${id ?? ''}`);
  const batch = url.searchParams.get('made');
  const made = batch && site ? await listSheets(read, site.id, { batch }) : [];
  const entered = /^(\d{1,3})-(\d{1,4})$/.exec(url.searchParams.get('entered') ?? '');
  return {
    proof: proofOf(locals),
    kinds: SHEET_KINDS,
    unknown: typed !== '' && found.length === 0,
    typed,
    made: made.length > 0 ? { batch: made[0]?.batch ?? '', count: made.length } : null,
    entered: entered && { visits: Number(entered[1]), attentions: Number(entered[2]) },
    sheets: site
      ? (await listSheets(read, site.id)).slice(0, 30).map((one) => ({ ...one, code: `H-${visitCode(one.id)}` }))
      : [],
  };
};

export const actions: Actions = {
  async file({ request, locals }) {
    const file = (await request.formData()).get('file');
    const bytes = file instanceof File ? new Uint8Array(await file.arrayBuffer()) : new Uint8Array();
    const brought = await importFile(locals.app, locals.actor, bytes);
    if (brought.ok) return { brought };
    const { code, params, wrong } = brought;
    return fail(code === 'permissions.sign-in' ? 401 : 400, {
      command: 'file',
      code,
      params,
      issues: [],
      values: {},
      wrong,
    });
  },
  print: (event) => runForm(event, printSheets, { next: ({ batch }) => `/desk/paper?made=${batch}` }),
};
