// One request of a replication session; the site proves itself with its key, so no cookie and no form token is asked.
import type { RequestHandler } from './$types';
import { answerSession } from '#replication';

export const POST: RequestHandler = async ({ request, locals }) => {
  const { body } = await answerSession(locals.replica, bodyOf(request));
  const answer = body[Symbol.asyncIterator]();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await answer.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
  });
  return new Response(stream, { headers: { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' } });
};

/** Who stops reading early still answers: the rest of the body is left to the server, which drops it, and the line stays open. */
async function* bodyOf(request: Request): AsyncIterable<Uint8Array> {
  if (request.body) for await (const chunk of request.body.values({ preventCancel: true })) yield chunk;
}
