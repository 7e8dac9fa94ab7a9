// One request of a replication session; the site proves itself with its key, so no cookie and no form token is asked.
import type { RequestHandler } from './$types';
import { answerSession } from '#replication';

export const POST: RequestHandler = async ({ request, locals }) => {
  const { body } = await answerSession(locals.replica, bodyOf(request));
  // nothing but the length: each byte counts where a link is slow, and no browser reads it
  return new Response(Uint8Array.from(body), { headers: { 'content-length': String(body.length) } });
};

/** Who stops reading early still answers: the rest of the body is left to the server, which drops it, and the line stays open. */
async function* bodyOf(request: Request): AsyncIterable<Uint8Array> {
  if (request.body) for await (const chunk of request.body.values({ preventCancel: true })) yield chunk;
}
