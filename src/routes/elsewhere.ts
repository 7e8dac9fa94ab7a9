// Asking another telecentre for a booking, from a desk or from the office: what was asked and what it answered.
import type { RequestEvent } from '@sveltejs/kit';
import { listRequests, requestBooking } from '#modules/bookings';
import { formatMinuteOfDay } from '#lib/format/index.ts';
import { civilDate } from '#platform/clock';
import { can } from '#platform/permissions';
import { listSites } from '#replication';
import { proofOf, runForm } from './run-form.ts';

export async function loadElsewhere({ app, actor, ...locals }: App.Locals) {
  const sites = (await listSites(app.db.read)).filter(
    ({ id, district }) => id !== app.site.id && can(actor, 'bookings.request', { district }),
  );
  const asked = await listRequests(app.db.read);
  return {
    proof: proofOf({ app, actor, ...locals }),
    today: civilDate(app.clock.now(), app.config.zone),
    sites: sites.map(({ id, name }) => ({ id, name })),
    asked: asked
      .filter(({ site }) => sites.some(({ id }) => id === site))
      .map(({ id, site, group, day, from, to, decision, reason }) => ({
        ...{ id, group, day, decision, reason, hours: `${formatMinuteOfDay(from)}–${formatMinuteOfDay(to)}` },
        name: sites.find((one) => one.id === site)?.name ?? '',
      })),
  };
}

export const askElsewhere = (event: Pick<RequestEvent, 'locals' | 'request'>, base: string) =>
  runForm(event, requestBooking, { next: () => `${base}?sent` });
