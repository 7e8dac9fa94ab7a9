// What the frame of this area needs besides what every page knows.
import type { LayoutServerLoad } from './$types';
import { holdsSomewhere } from '#platform/permissions';

export const load: LayoutServerLoad = ({ locals: { actor, app, nonce } }) => ({
  nonce,
  mayRegister: holdsSomewhere(actor, 'people.register'),
  mayVisit: holdsSomewhere(actor, 'visits.register'),
  mayRun: app.site.role === 'telecentre' && holdsSomewhere(actor, 'queue.run'),
});
