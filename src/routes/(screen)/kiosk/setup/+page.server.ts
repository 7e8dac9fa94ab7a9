// A browser becomes the screen of a computer by the number that the desk shows.
import type { Actions, PageServerLoad } from './$types';
import { claimKiosk } from '#modules/stations';
import { proofOf, runForm } from '../../../run-form.ts';
import { keepKey } from '../seat.ts';

export const load: PageServerLoad = ({ locals }) => ({ proof: proofOf(locals) });

export const actions: Actions = {
  default: (event) =>
    runForm(event, claimKiosk, {
      next({ key }) {
        keepKey(event, key, true);
        return '/kiosk';
      },
    }),
};
