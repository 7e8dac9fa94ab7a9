// The computer's agent opened this browser: the code makes it the screen, once.
import { redirect } from '@sveltejs/kit';
import type { RequestHandler } from './$types';
import { useEntry } from '#modules/stations';
import { runCommand } from '#platform/command';
import { keepKey } from '../../seat.ts';

export const GET: RequestHandler = async (event) => {
  const { app, actor } = event.locals;
  const outcome = await runCommand(app, useEntry, { actor, input: { entry: event.params.entry } });
  if (outcome.ok) keepKey(event, outcome.value.key, false);
  redirect(303, '/kiosk');
};
