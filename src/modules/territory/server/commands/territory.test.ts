// The territory as it is shipped, and how it is added to, corrected and ended.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { system, type Actor } from '#platform/permissions';
import { openProgramme, verdict } from '../../../../../tests/support/desk.ts';
import { testProgram, type TestProgram } from '../../../../../tests/support/program.ts';
import {
  findDistrict,
  findPlace,
  holidaysOf,
  listCommunities,
  listDistricts,
  listPlaces,
  type PlaceEntry,
} from '../queries.ts';
import { addHoliday, endHoliday } from './holidays.ts';
import { addCommunity, addPlace, correctPlace, endPlace, setInProgramme } from './places.ts';
import { seedTerritory } from './seed.ts';

let hub: TestProgram;
let staff: Actor;
/** Manages the territory of one district. */
let local: Actor;
let operator: Actor;
const visitor: Actor = { kind: 'anonymous', grants: [], language: 'es' };
beforeAll(async () => {
  hub = await testProgram();
  staff = hub.actor('programme-staff');
  local = hub.actor('programme-staff', { district: '120608' });
  operator = hub.actor('operator', { district: '120608' });
  await hub.must(seedTerritory, system, {});
});
afterAll(() => hub.close());

const read = () => hub.app.db.read;
async function district(code: string): Promise<PlaceEntry> {
  const found = await findDistrict(read(), code);
  if (!found) throw new Error(`no district ${code}`);
  return found;
}
const namesIn = async (code: string) => (await listCommunities(read(), code)).map((one) => one.name);

describe('as shipped', () => {
  test('is loaded once, by who manages it, at the hub', async () => {
    expect(verdict(await hub.run(seedTerritory, visitor, {}))).toBe('permissions.sign-in');
    expect(verdict(await hub.run(seedTerritory, operator, {}))).toBe('permissions.denied');
    expect(await hub.must(seedTerritory, staff, {})).toEqual({ added: 0 });
    const telecentre = await testProgram({ role: 'telecentre' });
    expect(verdict(await telecentre.run(seedTerritory, system, {}))).toBe('replication.hub-only');
    await telecentre.close();
  });

  test('nine districts, four of them in the programme and first; INEI and RENIEC apart', async () => {
    const all = await listDistricts(read());
    expect(all.map((one) => one.ubigeo)).toEqual([
      '120601',
      '120604',
      '120606',
      '120608',
      '120602',
      '120603',
      '120605',
      '120607',
      '120609',
    ]);
    expect((await listDistricts(read(), true)).map((one) => one.name)).toEqual([
      'Satipo',
      'Mazamari',
      'Pangoa',
      'Río Tambo',
    ]);
    expect(await district('120604')).toMatchObject({ reniec: '110704' });
    // RENIEC's code of Mazamari is another district's in INEI's system
    expect(await findDistrict(read(), '110704')).toBeUndefined();
  });

  test('the official name and what people say; the main town of each district', async () => {
    expect(await district('120606')).toMatchObject({ name: 'Pangoa', spoken: 'San Martín de Pangoa' });
    expect(await district('120608')).toMatchObject({ name: 'Río Tambo', spoken: 'Río Tambo' });
    expect(await namesIn('120608')).toEqual(['Puerto Ocopa', 'Tsoroja']);
    expect(await namesIn('120605')).toEqual(['Mariposa']);
  });

  test('every row says where it comes from and how well it is known', async () => {
    const places = await listPlaces(read());
    expect(places).toHaveLength(1 + 1 + 9 + 9 + 1);
    for (const place of places) {
      expect(place.source, place.name).toBeTruthy();
      expect(['text', 'secondary', 'verify']).toContain(place.status);
    }
    for (const holiday of await holidaysOf(read(), 2026)) expect(holiday).toMatchObject({ status: 'text', scope: '' });
  });

  test('listed from the outside in', async () => {
    const kinds = (await listPlaces(read())).map((one) => one.kind);
    expect(kinds.slice(0, 4)).toEqual(['department', 'province', 'district', 'capital']);
  });

  test('sixteen national holidays, in their order, the movable ones on their day', async () => {
    const days = (await holidaysOf(read(), 2026)).map((one) => one.date);
    expect(days).toHaveLength(16);
    expect(days).toEqual([...days].sort());
    expect(days).toContain('2026-04-02');
    expect((await holidaysOf(read(), 2027)).map((one) => one.date)).toContain('2027-03-26');
  });

  test('reaches a telecentre', async () => {
    const programme = await openProgramme(['120608']);
    try {
      await programme.hub.must(seedTerritory, system, {});
      await programme.sync();
      const there = programme.desks[0]?.app.db.read;
      if (!there) throw new Error('no telecentre');
      expect(await listDistricts(there, true)).toHaveLength(4);
      expect((await listCommunities(there, '120608')).map((one) => one.name)).toEqual(['Puerto Ocopa', 'Tsoroja']);
    } finally {
      await programme.close();
    }
  });
});

describe('adding a community', () => {
  const input = (changes: Record<string, unknown> = {}) => ({
    name: 'Comunidad Ejemplo (ficticia)',
    district: '120608',
    ...changes,
  });

  test('signed out, another role, another district are refused', async () => {
    expect(verdict(await hub.run(addCommunity, visitor, input()))).toBe('permissions.sign-in');
    expect(verdict(await hub.run(addCommunity, operator, input()))).toBe('permissions.denied');
    expect(verdict(await hub.run(addCommunity, local, input({ district: '120604' })))).toBe('permissions.denied');
  });

  test.each([
    [{ name: '' }, 'name: field.required'],
    [{ name: 'x'.repeat(81) }, 'name: field.too-long'],
    [{ district: '' }, 'district: field.required'],
    [{ district: 'Río Tambo' }, 'district: field.not-a-ubigeo'],
    [{ district: '990101' }, 'territory.district-unknown'],
    [{ latitude: '91' }, 'latitude: territory.not-degrees'],
    [{ longitude: 'west' }, 'longitude: territory.not-degrees'],
    [{ name: 'puerto ocopa' }, 'territory.name-taken'],
  ])('%o is refused', async (changes, expected) => {
    expect(verdict(await hub.run(addCommunity, staff, input(changes)))).toBe(expected);
  });

  test('is there once, to be verified, under every name that people say', async () => {
    const given = input({ spoken: 'Ejemplo, El Ejemplo', latitude: '-11,2', longitude: '-74.3' });
    const made = await hub.must(addCommunity, local, given, 'key');
    expect(await hub.must(addCommunity, local, given, 'key')).toEqual(made);
    expect(verdict(await hub.run(addCommunity, local, given))).toBe('territory.name-taken');
    expect(await findPlace(read(), made.id)).toMatchObject({
      kind: 'community',
      status: 'verify',
      spoken: 'Ejemplo',
      spokenNames: ['Ejemplo', 'El Ejemplo'],
      latitude: -11.2,
      longitude: -74.3,
    });
  });

  test('hostile text stays text', async () => {
    const { id } = await hub.must(
      addCommunity,
      staff,
      input({ name: '<script>alert(1)</script>', source: "'; DROP TABLE place --" }),
    );
    expect(await findPlace(read(), id)).toMatchObject({ name: '<script>alert(1)</script>' });
  });
});

describe('adding a unit', () => {
  const input = async (changes: Record<string, unknown> = {}) => ({
    kind: 'district',
    name: 'Distrito Ejemplo (ficticio)',
    ubigeo: '120610',
    parent: (await district('120608')).parent,
    status: 'verify',
    ...changes,
  });

  test('signed out, another role, a district’s own staff are refused', async () => {
    expect(verdict(await hub.run(addPlace, visitor, await input()))).toBe('permissions.sign-in');
    expect(verdict(await hub.run(addPlace, operator, await input()))).toBe('permissions.denied');
    expect(verdict(await hub.run(addPlace, local, await input()))).toBe('permissions.denied');
  });

  test('what does not fit is refused by field', async () => {
    const refused = async (changes: Record<string, unknown>) =>
      verdict(await hub.run(addPlace, staff, await input(changes)));
    expect(await refused({ kind: 'planet' })).toBe('kind: field.choose');
    expect(await refused({ ubigeo: '' })).toBe('field.required');
    expect(await refused({ ubigeo: '12061' })).toBe('ubigeo: field.not-a-ubigeo');
    expect(await refused({ ubigeo: '130610' })).toBe('territory.code-elsewhere');
    expect(await refused({ ubigeo: '120608' })).toBe('territory.code-taken');
    expect(await refused({ parent: '' })).toBe('territory.wrong-parent');
    expect(await refused({ parent: (await district('120608')).id })).toBe('territory.wrong-parent');
    expect(await refused({ kind: 'capital', parent: (await district('120608')).id })).toBe('territory.code-not-here');
    expect(await refused({ status: 'text' })).toBe('territory.source-needed');
    expect(await refused({ predecessor: hub.replica.newId() })).toBe('territory.place-unknown');
    expect(await refused({ from: '2026-02-30' })).toBe('from: field.not-a-date');
    expect(await refused({ from: '2027-01-01' })).toBe('territory.day-ahead');
  });

  test('a new district names the one of which it was made; both are found on their days', async () => {
    const old = await district('120603');
    const made = await input({ ubigeo: '120610', predecessor: old.id, from: '2020-01-01', spoken: 'El Nuevo' });
    const { id } = await hub.must(addPlace, staff, made, 'new district');
    expect(await hub.must(addPlace, staff, made, 'new district')).toEqual({ id });
    expect(await findPlace(read(), id)).toMatchObject({ predecessor: old.id, inProgramme: false });
    expect(await findDistrict(read(), '120610', '2019-12-31')).toBeUndefined();
    expect(await findDistrict(read(), '120610', '2020-01-01')).toMatchObject({ id });
  });
});

describe('correcting, taking in, ending', () => {
  let community: string;
  beforeAll(async () => {
    const input = { name: 'Comunidad Otra (ficticia)', district: '120608' };
    community = (await hub.must(addCommunity, staff, input)).id;
  });

  test('the ladder of each', async () => {
    const tries = [
      (as: Actor) => hub.run(correctPlace, as, { place: community, name: 'Otra' }),
      (as: Actor) => hub.run(endPlace, as, { place: community, day: '2026-11-01' }),
    ];
    const stranger = hub.actor('programme-staff', { district: '120604' });
    for (const run of tries) {
      expect(verdict(await run(visitor))).toBe('permissions.sign-in');
      expect(verdict(await run(operator))).toBe('permissions.denied');
      expect(verdict(await run(stranger))).toBe('permissions.denied');
    }
    const nobody = hub.replica.newId();
    expect(verdict(await hub.run(correctPlace, staff, { place: nobody, name: 'x' }))).toBe('territory.place-unknown');
    expect(verdict(await hub.run(endPlace, staff, { place: nobody, day: '2026-11-01' }))).toBe(
      'territory.place-unknown',
    );
    expect(verdict(await hub.run(endPlace, staff, { place: community, day: '01/11/2026' }))).toBe(
      'day: field.not-a-date',
    );
    expect(verdict(await hub.run(endPlace, staff, { place: community, day: '2026-11-25' }))).toBe(
      'territory.day-ahead',
    );
    const district120608 = (await district('120608')).id;
    expect(verdict(await hub.run(endPlace, local, { place: district120608, day: '2026-11-01' }))).toBe(
      'permissions.denied',
    );
    expect(verdict(await hub.run(endPlace, staff, { place: district120608, day: '2026-11-01' }))).toBe(
      'territory.places-inside',
    );
    expect(verdict(await hub.run(endPlace, staff, { place: district120608, day: '1900-01-01' }))).toBe(
      'territory.before-start',
    );
  });

  test('a correction says from where, and leaves coordinates that were not typed', async () => {
    const where = { place: community, name: 'Comunidad Otra (ficticia)' };
    await hub.must(correctPlace, local, { ...where, latitude: '-11.1', longitude: '-74.1', source: 'padrón' });
    expect(verdict(await hub.run(correctPlace, local, { ...where, status: 'secondary' }))).toBe(
      'territory.source-needed',
    );
    const twice = { ...where, spoken: 'La Otra', status: 'secondary', source: 'padrón comunal' };
    for (let i = 0; i < 2; i++) await hub.must(correctPlace, local, twice);
    expect(await findPlace(read(), community)).toMatchObject({
      spoken: 'La Otra',
      status: 'secondary',
      source: 'padrón comunal',
      latitude: -11.1,
    });
    expect(verdict(await hub.run(correctPlace, local, { place: community, name: 'Tsoroja' }))).toBe(
      'territory.name-taken',
    );
  });

  test('ended it is offered no more and still found by what names it', async () => {
    for (let i = 0; i < 2; i++) await hub.must(endPlace, local, { place: community, day: '2026-11-01' });
    expect(await namesIn('120608')).not.toContain('Comunidad Otra (ficticia)');
    expect(await findPlace(read(), community)).toMatchObject({ validTo: '2026-11-01' });
    expect((await listPlaces(read())).map((one) => one.id)).not.toContain(community);
  });

  test('a district is taken into the programme and out by who manages all of it', async () => {
    const { id } = await district('120607');
    const set = (as: Actor, inProgramme: string, place = id) => hub.run(setInProgramme, as, { place, inProgramme });
    expect(verdict(await set(visitor, 'on'))).toBe('permissions.sign-in');
    expect(verdict(await set(local, 'on'))).toBe('permissions.denied');
    expect(verdict(await set(staff, 'on', community))).toBe('territory.district-unknown');
    for (let i = 0; i < 2; i++) expect(verdict(await set(staff, 'on'))).toBe('ok');
    expect((await listDistricts(read(), true)).map((one) => one.ubigeo)).toContain('120607');
    expect(verdict(await set(staff, ''))).toBe('ok');
    expect((await listDistricts(read(), true)).map((one) => one.ubigeo)).not.toContain('120607');
  });
});

describe('holidays', () => {
  const input = (changes: Record<string, unknown> = {}) => ({
    day: '06-15',
    name: 'Aniversario (ficticio)',
    scope: '120608',
    source: 'ordenanza (ficticia)',
    status: 'verify',
    ...changes,
  });

  test('the ladder', async () => {
    expect(verdict(await hub.run(addHoliday, visitor, input()))).toBe('permissions.sign-in');
    expect(verdict(await hub.run(addHoliday, operator, input()))).toBe('permissions.denied');
    expect(verdict(await hub.run(addHoliday, local, input({ scope: '' })))).toBe('permissions.denied');
    expect(verdict(await hub.run(addHoliday, local, input({ scope: '120600' })))).toBe('permissions.denied');
    expect(verdict(await hub.run(addHoliday, staff, input({ day: '15 de junio' })))).toBe('day: territory.holiday-day');
    expect(verdict(await hub.run(addHoliday, staff, input({ day: '02-30' })))).toBe('day: field.not-a-date');
    expect(verdict(await hub.run(addHoliday, staff, input({ source: '' })))).toBe('source: field.required');
    expect(verdict(await hub.run(addHoliday, staff, input({ scope: '999999' })))).toBe('territory.place-unknown');
    const made = await hub.must(addHoliday, local, input(), 'h');
    expect(await hub.must(addHoliday, local, input(), 'h')).toEqual(made);
    expect((await holidaysOf(read(), 2027)).filter((one) => one.scope === '120608')).toMatchObject([
      { date: '2027-06-15' },
    ]);
    const end = (as: Actor, holiday: string, day = '2026-12-31') => hub.run(endHoliday, as, { holiday, day });
    expect(verdict(await end(visitor, made.id))).toBe('permissions.sign-in');
    expect(verdict(await end(operator, made.id))).toBe('permissions.denied');
    expect(verdict(await end(staff, hub.replica.newId()))).toBe('territory.holiday-unknown');
    for (let i = 0; i < 2; i++) expect(verdict(await end(local, made.id))).toBe('ok');
    expect((await holidaysOf(read(), 2026)).map((one) => one.id)).toContain(made.id);
    expect((await holidaysOf(read(), 2027)).map((one) => one.id)).not.toContain(made.id);
  });
});
