// Every component in every state, with made-up examples; only where the data are made up too.
import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';
import { text } from '#lib/text/index.ts';
import { proofOf } from '../run-form.ts';

export const load: PageServerLoad = ({ locals, url }) => {
  if (!locals.app.config.demo) error(404, text(locals.language, 'missing.title'));
  return { proof: proofOf(locals), nonce: locals.nonce, ask: url.searchParams.has('ask') };
};
