// Enrolment of a telecentre: JSON with the secret half of its one-time code and the key that will speak for it.
import { json } from '@sveltejs/kit';
import type { RequestHandler } from './$types';
import { answerEnrolment } from '#replication';

export const POST: RequestHandler = async ({ request, locals }) => {
  const body: unknown = await request.json().catch(() => null);
  const outcome = await answerEnrolment(locals.replica, body);
  return json(outcome, { status: outcome.ok ? 200 : 400 });
};
