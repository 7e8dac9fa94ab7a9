// Telecentres: planned with a one-time code, when each last sent its work, and what was set aside.
import type { Actions, PageServerLoad } from './$types';
import { listDistricts } from '#modules/territory';
import { listSites, siteBoard, syncSummary } from '#replication';
import { runCommand } from '#platform/command';
import { holdsSomewhere } from '#platform/permissions';
import { enterArea } from '../../area.ts';
import { fieldsOf, proofOf, refuse } from '../../run-form.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  enterArea(locals, url, 'sites.read', 'sites.manage');
  const { read } = locals.app.db;
  const board = new Map((await siteBoard(read)).map((row) => [row.site, row]));
  const sites = (await listSites(read)).map((site) => ({
    ...site,
    last: board.get(site.number)?.lastStored,
    operations: board.get(site.number)?.operations ?? 0,
  }));
  const districts = (await listDistricts(read, true)).map(({ ubigeo, name }) => ({ value: ubigeo ?? '', label: name }));
  const may = (permission: string) => locals.app.site.role === 'hub' && holdsSomewhere(locals.actor, permission);
  const quarantined = may('quarantine.decide') ? (await syncSummary(locals.replica)).quarantined : 0;
  return {
    proof: proofOf(locals),
    sites,
    districts,
    quarantined,
    carry: may('replication.operate'),
    manage: may('sites.manage'),
  };
};

export const actions: Actions = {
  async add({ request, locals }) {
    const fields = fieldsOf(await request.formData());
    const outcome = await runCommand(locals.app, locals.replica.sites.add, { actor: locals.actor, input: fields });
    return outcome.ok
      ? { made: { code: outcome.value.code, name: String(fields.name ?? '') } }
      : refuse('add', outcome.refusal, fields);
  },
  async code({ request, locals }) {
    const fields = fieldsOf(await request.formData());
    const outcome = await runCommand(locals.app, locals.replica.sites.newCode, { actor: locals.actor, input: fields });
    return outcome.ok ? { made: { code: outcome.value.code, name: '' } } : refuse('code', outcome.refusal, fields);
  },
};
