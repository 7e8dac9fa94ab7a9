// What the frame of this area needs besides what every page knows: where this person may go.
import type { LayoutServerLoad } from './$types';
import { holdsSomewhere } from '#platform/permissions';

export const load: LayoutServerLoad = ({ locals: { actor, app, nonce } }) => ({
  nonce,
  mayRead: holdsSomewhere(actor, 'results.read'),
  mayCount: holdsSomewhere(actor, 'statistics.read'),
  mayRequest: app.site.role === 'hub' && holdsSomewhere(actor, 'bookings.request'),
  mayCarry: app.site.role === 'hub' && holdsSomewhere(actor, 'replication.operate'),
  mayDecide: app.site.role === 'hub' && holdsSomewhere(actor, 'quarantine.decide'),
  mayJoin: app.site.role === 'hub' && holdsSomewhere(actor, 'people.correct'),
  mayPlan: app.site.role === 'hub' && holdsSomewhere(actor, 'events.plan'),
  mayWrite: app.site.role === 'hub' && holdsSomewhere(actor, 'site.edit'),
  mayAnswer: holdsSomewhere(actor, 'proposals.answer'),
});
