// The hub's signed word on the time, for a telecentre whose clock is lost; served without TLS too, there is nothing secret in it.
import { error } from '@sveltejs/kit';
import type { RequestHandler } from './$types';
import { answerTime } from '#replication';

export const POST: RequestHandler = async ({ request, locals }) => {
  const word = answerTime(locals.replica, await request.bytes());
  if (!word) error(404);
  return new Response(Uint8Array.from(word), {
    headers: { 'content-length': String(word.length), 'cache-control': 'no-store' },
  });
};
