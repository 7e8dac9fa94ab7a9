// What the frame of this area needs besides what every page knows.
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = ({ locals }) => ({ nonce: locals.nonce });
