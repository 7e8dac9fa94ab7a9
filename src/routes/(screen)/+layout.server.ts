// Screens that nobody navigates: the wall and the public computers.
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = ({ locals }) => ({ nonce: locals.nonce });
