// Tells an open page which part of it is out of date: only the word of a capability, never what changed.
import { error } from '@sveltejs/kit';
import type { RequestHandler } from './$types';
import { onChange } from '#platform/changes';

/** Pages that may listen at once; the others ask again by themselves. */
const MOST = 400;
const GATHER = 150;
const ALIVE = 15_000;
let open = 0;

export const GET: RequestHandler = ({ locals }) => {
  if (locals.app.site.role !== 'telecentre') error(404);
  if (open >= MOST) error(503);
  open += 1;
  const encoder = new TextEncoder();
  let done = () => undefined as void;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const say = (words: string) => controller.enqueue(encoder.encode(words));
      const topics = new Set<string>();
      let gather: NodeJS.Timeout | undefined;
      const tell = () => {
        gather = undefined;
        say([...topics].map((topic) => `data: ${topic}\n\n`).join(''));
        topics.clear();
      };
      const alive = setInterval(() => say(': alive\n\n'), ALIVE);
      const end = () => {
        done();
        controller.close();
      };
      const forget = onChange((topic) => {
        topics.add(topic);
        gather ??= setTimeout(tell, GATHER);
      }, end);
      done = () => {
        open -= 1;
        done = () => undefined;
        clearInterval(alive);
        clearTimeout(gather);
        forget();
      };
      say('retry: 2000\n\n');
    },
    cancel: () => done(),
  });
  const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
  return new Response(body, { headers });
};
