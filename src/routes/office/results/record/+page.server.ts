// One record and the act that made it: where a published number ends when it is walked back.
import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';
import { runCommand } from '#platform/command';
import { formatInstant } from '#lib/format/index.ts';
import { hasText, text } from '#lib/text/index.ts';
import { openRecord } from '#modules/results';
import { enterArea } from '../../../area.ts';

const CLOCKS = { unknown: 0, estimated: 1, synced: 2 } as const;

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, language } = locals;
  const actor = enterArea(locals, url, 'results.read');
  const asked = (name: string) => url.searchParams.get(name) ?? '';
  const input = { table: asked('table'), partition: asked('partition'), id: asked('id') };
  const opened = await runCommand(app, openRecord(app), { actor, input });
  if (!opened.ok) {
    const { code } = opened.refusal;
    error(code === 'permissions.denied' ? 403 : 404, text(language, `refusal.${code}`));
  }
  const { act, site, fields, id, table } = opened.value;
  const say = (name: string) => text(language, `results.record.${name}`);
  const role = act?.role && `accounts.role.${act.role}`;
  return {
    id,
    table,
    fields: fields.map(({ name, value }) => ({ label: name, value })),
    act: act && [
      { label: say('command'), value: act.command },
      {
        label: say('when'),
        value: `${formatInstant(language, act.at)} (${text(language, `results.records.clock.${CLOCKS[act.clockState]}`)})`,
      },
      { label: say('who'), value: act.actor ?? '–' },
      { label: say('role'), value: role && hasText(language, role) ? text(language, role) : (act.role ?? '–') },
      { label: say('site'), value: site ?? say('hub') },
      { label: say('identity'), value: act.identity },
      { label: say('signed'), value: say(act.signed ? 'signed.yes' : 'signed.no') },
    ],
  };
};
