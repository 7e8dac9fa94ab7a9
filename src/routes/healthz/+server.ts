// Whether the program serves and its database answers; for supervision and for the upgrade's health check.
import { json } from '@sveltejs/kit';
import type { RequestHandler } from './$types';
import { version } from '$app/env';
import { sql } from 'kysely';

export const GET: RequestHandler = async ({ locals }) => {
  const { app } = locals;
  const started = performance.now();
  await sql`select 1`.execute(app.db.read);
  return json(
    {
      status: 'ok',
      role: app.config.role,
      version,
      schema: app.modules.flatMap((module) => module.migrations).length,
      database: app.db.engine,
      milliseconds: Math.round(performance.now() - started),
    },
    { headers: { 'cache-control': 'no-store' } },
  );
};
