// Telecentres: a board of them all, those that need help first; planned with a one-time code, and what was set aside.
import type { Actions, PageServerLoad } from './$types';
import { listDistricts } from '#modules/territory';
import { awaitedSites, listSites, NEEDS, openAlarms, siteBoard, syncSummary } from '#replication';
import { runCommand } from '#platform/command';
import { holdsSomewhere } from '#platform/permissions';
import { enterArea } from '../../area.ts';
import { fieldsOf, proofOf, refuse, runForm } from '../../run-form.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  enterArea(locals, url, 'sites.read', 'sites.manage');
  const { app, replica } = locals;
  const { read } = app.db;
  const asked = (name: string) => (url.searchParams.get(name) ?? '').slice(0, 80);
  const filter = { name: asked('name'), district: asked('district'), need: asked('need') };
  const board = await siteBoard(replica, {
    ...{ name: filter.name, district: filter.district, page: Number(asked('page')) || 0 },
    need: NEEDS.find((one) => one === filter.need),
  });
  const names = new Map((await listSites(read)).map(({ number, name }) => [`site/${number}`, name]));
  const alarms = (await openAlarms(read)).map((alarm) => ({ ...alarm, name: names.get(alarm.about) ?? '' }));
  const districts = (await listDistricts(read, true)).map(({ ubigeo, name }) => ({ value: ubigeo ?? '', label: name }));
  const may = (permission: string) => app.site.role === 'hub' && holdsSomewhere(locals.actor, permission);
  const quarantined = may('quarantine.decide') ? (await syncSummary(replica)).quarantined : 0;
  const awaited = (await awaitedSites(read)).map(({ name }) => name);
  return {
    ...{ proof: proofOf(locals), board, filter, alarms, districts, quarantined, awaited },
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
  whole: (event) => runForm(event, event.locals.replica.refill.declareWhole, { next: () => '/admin/sites' }),
  read: (event) => runForm(event, event.locals.replica.alarms.read, { next: () => '/admin/sites' }),
};
