// Computers and where they stand, limits by age and hour, guest passes, and the number that connects a screen.
import type { Actions, PageServerLoad } from './$types';
import { civilDate } from '#platform/clock';
import { runCommand } from '#platform/command';
import {
  addRule,
  endRule,
  inviteKiosk,
  KINDS,
  listRules,
  listStations,
  makePasses,
  setStation,
} from '#modules/stations';
import { fieldsOf, proofOf, refuse, runForm } from '../../../run-form.ts';
import { openDesk } from '../../desk.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { read, site } = openDesk(locals, url, 'stations.manage');
  return {
    proof: proofOf(locals),
    stations: site ? await listStations(read, site.id) : [],
    rules: site ? await listRules(read, site.id) : [],
    kinds: KINDS,
    today: civilDate(locals.app.clock.now(), locals.app.config.zone),
    change: url.searchParams.get('change'),
  };
};

const next = () => '/desk/stations/settings';

export const actions: Actions = {
  station: (event) => runForm(event, setStation, { next }),
  rule: (event) => runForm(event, addRule, { next }),
  endRule: (event) => runForm(event, endRule, { next }),
  /** Shown once, in the answer itself: only digests are kept. */
  async passes({ request, locals: { app, actor } }) {
    const fields = fieldsOf(await request.formData());
    const outcome = await runCommand(app, makePasses, { actor, input: fields });
    return outcome.ok ? { made: outcome.value } : refuse(makePasses.name, outcome.refusal, fields);
  },
  async kiosk({ request, locals: { app, actor } }) {
    const fields = fieldsOf(await request.formData());
    const outcome = await runCommand(app, inviteKiosk, { actor, input: fields });
    return outcome.ok ? { invite: outcome.value } : refuse(inviteKiosk.name, outcome.refusal, fields);
  },
};
