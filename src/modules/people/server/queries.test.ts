// Finding people at the desk: by parts of names in any spelling, by card and by id; names only where they may be read.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDesk, type TestDesk } from '../../../../tests/support/desk.ts';
import { showCard } from './card.ts';
import {
  findPerson,
  findPersonByCard,
  findPersonWithNames,
  findProbableDuplicates,
  MOST_MATCHES,
  PAGE,
  searchPeople,
} from './queries.ts';

let desk: TestDesk;
const ids = new Map<string, { id: string; card: string }>();
beforeAll(async () => {
  desk = await openDesk();
  for (const name of ['Rosa Quispe Huamán', 'Carmen Villegas Ríos', 'Kemari Tsirotsi', 'Cesar Maceda', 'Rosa Guamán'])
    ids.set(name, await desk.register({ given: name.split(' ')[0], surnames: name.split(' ').slice(1).join(' ') }));
});
afterAll(() => desk.close());

const search = async (text: string, actor = desk.operator, page = 0) =>
  (await searchPeople(desk.app.db.read, actor, { text, page })).people.map(
    (person) => `${person.given} ${person.surnames}`,
  );

describe('searching people', () => {
  it('takes the beginnings of names in any order, accent and spelling', async () => {
    expect(await search('rosa')).toEqual(['Rosa Guamán', 'Rosa Quispe Huamán']);
    expect(await search('huaman ros')).toEqual(['Rosa Guamán', 'Rosa Quispe Huamán']);
    expect(await search('KISPE')).toEqual(['Rosa Quispe Huamán']);
    expect(await search('biyegas')).toEqual(['Carmen Villegas Ríos']);
    expect(await search('kemari tziro')).toEqual(['Kemari Tsirotsi']);
    expect(await search('mac')).toEqual(['Cesar Maceda']);
    expect(await search('mased')).toEqual(['Cesar Maceda']);
    expect(await search('rosa villegas')).toEqual([]);
  });

  it('finds nothing for nothing, and nothing breaks on what is no name', async () => {
    for (const text of ['', '   ', '%', '*', "' or 1=1 --", '~', '日本', 'x'.repeat(5000), '\u0000'])
      expect(await search(text)).toEqual([]);
  });

  it('knows cards and ids', async () => {
    const rosa = ids.get('Rosa Guamán');
    if (!rosa) throw new Error('not registered');
    expect(await search(showCard(rosa.card))).toEqual(['Rosa Guamán']);
    expect(await search(rosa.card.slice(0, 5))).toContain('Rosa Guamán');
    expect(await search(rosa.id)).toEqual(['Rosa Guamán']);
    expect((await findPersonByCard(desk.app.db.read, showCard(rosa.card)))?.id).toBe(rosa.id);
    expect(await findPersonByCard(desk.app.db.read, '12345678')).toBeUndefined();
  });

  it('shows names only to those who may read them in that district', async () => {
    const { read } = desk.app.db;
    const { id } = ids.get('Carmen Villegas Ríos') ?? { id: '' };
    for (const actor of [desk.visitor, desk.stranger, desk.actor('municipal-staff')]) {
      expect(await search('carmen', actor)).toEqual([]);
      expect(await findPersonWithNames(read, actor, id)).toBeUndefined();
      expect(
        await findProbableDuplicates(read, actor, { given: 'Carmen', surnames: 'Villegas', birthYear: null }),
      ).toEqual([]);
    }
    expect(await search('carmen', desk.actor('coordinator', { province: '1206' }))).toEqual(['Carmen Villegas Ríos']);
    expect(await search('carmen', desk.actor('coordinator', { province: '1205' }))).toEqual([]);
    expect(Object.keys((await findPerson(read, id)) ?? {})).not.toContain('given');
  });

  it('pages, and says when there are too many to page through', async () => {
    for (let at = 0; at < PAGE + 3; at++) await desk.register({ given: `Numeroso ${at}`, surnames: 'Pagina' });
    const first = await searchPeople(desk.app.db.read, desk.operator, { text: 'pagina' });
    expect([first.people.length, first.more, first.tooMany]).toEqual([PAGE, true, false]);
    const second = await searchPeople(desk.app.db.read, desk.operator, { text: 'pagina', page: 1 });
    expect([second.people.length, second.more]).toEqual([3, false]);
    expect(new Set([...first.people, ...second.people].map((person) => person.id)).size).toBe(PAGE + 3);
    expect(
      (await searchPeople(desk.app.db.read, desk.operator, { text: 'pagina', page: MOST_MATCHES })).people,
    ).toEqual([]);
  });
});
