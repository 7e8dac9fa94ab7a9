// What is asked of the person whose card is open; afterwards the card again.
import type { RequestEvent } from '@sveltejs/kit';
import type { Command } from '#platform/command';
import { findPersonByCard } from '#modules/people';
import { runForm } from '../../../run-form.ts';

type Event = Pick<RequestEvent, 'locals' | 'request'> & { params: { id: string } };

/** Another person may be named by her card (`with`). */
export const ask =
  <Input, Output>(command: Command<Input, Output>) =>
  (event: Event) => {
    const person = event.params.id;
    const { read } = event.locals.app.db;
    const byCard = async ({ with: card }: Record<string, unknown>) =>
      typeof card === 'string' ? { with: (await findPersonByCard(read, card))?.id ?? card } : {};
    return runForm(event, command, { input: { person }, read: byCard, next: () => `/desk/people/${person}` });
  };
