// At the printer: what was printed, what was paid, and what is left of a person's pages.
import type { Actions, PageServerLoad } from './$types';
import { civilDate } from '#platform/clock';
import { findPeopleWithNames, findPersonByCard } from '#modules/people';
import {
  dayOf,
  listEntries,
  payAhead,
  pricesOf,
  printAccount,
  printPages,
  setPrices,
  takeBack,
} from '#modules/printing';
import { proofOf, runForm } from '../../run-form.ts';
import { personOfCard } from '../card.ts';
import { nameOf, openDesk } from '../desk.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { read, actor, site } = openDesk(locals, url, 'printing.run');
  const today = civilDate(locals.app.clock.now(), locals.app.config.zone);
  const entries = site ? await listEntries(read, site.id, { day: today }) : [];
  const back = new Set(entries.flatMap(({ of }) => of ?? []));
  const people = await findPeopleWithNames(read, actor, [...new Set(entries.flatMap(({ person }) => person ?? []))]);
  const card = url.searchParams.get('card') ?? '';
  const person = card ? await findPersonByCard(read, card) : undefined;
  return {
    proof: proofOf(locals),
    card,
    account: person && site ? await printAccount(read, site.id, person.id, today) : null,
    prices: site ? await pricesOf(read, site.id) : null,
    sum: dayOf(entries),
    entries: entries
      .filter(({ kind }) => kind !== 'taken-back')
      .map(({ id, kind, at, pages, colour, amount, person: of }) => {
        const known = people.find((one) => one.id === of);
        return { id, kind, at, pages, colour, amount, back: back.has(id), who: known ? nameOf(known) : '' };
      }),
  };
};

const next = () => '/desk/printing';

export const actions: Actions = {
  print: (event) => runForm(event, printPages, { read: personOfCard(event.locals), next }),
  pay: (event) => runForm(event, payAhead, { read: personOfCard(event.locals), next }),
  back: (event) => runForm(event, takeBack, { next }),
  prices: (event) => runForm(event, setPrices, { next }),
};
