// A clip of the wall screen: the telecentre's own recording where there is one, else the one that came with the program.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { error, redirect } from '@sveltejs/kit';
import type { RequestHandler } from './$types';

/** Languages for which clips come with the program; any other has only what was recorded. */
const SHIPPED = ['es', 'en'];

export const GET: RequestHandler = ({ locals, params }) => {
  const { language, name } = params;
  if (!/^[a-z]{2,3}$/.test(language) || !/^(number-\d{1,3}|word-[a-z]{2,20})$/.test(name)) error(404);
  const own = path.join(locals.app.config.dataDir, 'clips', language, `${name}.ogg`);
  if (existsSync(own)) {
    const headers = { 'content-type': 'audio/ogg', 'cache-control': 'no-cache' };
    return new Response(new Uint8Array(readFileSync(own)), { headers });
  }
  if (!SHIPPED.includes(language)) error(404);
  redirect(307, `/voice/${language}/${name}.ogg`);
};
