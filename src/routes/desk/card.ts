// A card that is typed or scanned in a form of the desk, as the person whose it is.
import { findPersonByCard } from '#modules/people';
import { Refusal } from '#platform/errors';
import type { RunFormOptions } from '../run-form.ts';

type Read = NonNullable<RunFormOptions<unknown>['read']>;

/** `person` from the field `card`; empty stays empty. Errors: a Refusal that `runForm` answers with. */
export const personOfCard =
  (locals: App.Locals): Read =>
  async (fields) => {
    const typed = typeof fields['card'] === 'string' ? fields['card'].trim() : '';
    if (!typed) return {};
    const person = await findPersonByCard(locals.app.db.read, typed);
    if (!person) throw new Refusal('people.card-unknown', { field: 'card' });
    return { person: person.id };
  };
