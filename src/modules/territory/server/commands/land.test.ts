// Outlines, seasons and travel days: who may say them, what is refused, and what is read.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { system, type Actor } from '#platform/permissions';
import { verdict } from '../../../../../tests/support/desk.ts';
import { testProgram, type TestProgram } from '../../../../../tests/support/program.ts';
import { importBoundaries } from '../importing.ts';
import { boundariesOf, listBoundaries, seasonsOf, travelDaysOf } from '../land.ts';
import { listCommunities } from '../queries.ts';
import { removeBoundary, setBoundary } from './boundaries.ts';
import { addSeason, endSeason } from './seasons.ts';
import { seedTerritory } from './seed.ts';
import { setTravelDays } from './travel-days.ts';

let hub: TestProgram;
let telecentre: TestProgram;
let staff: Actor;
let local: Actor;
const visitor: Actor = { kind: 'anonymous', grants: [], language: 'es' };
beforeAll(async () => {
  hub = await testProgram();
  telecentre = await testProgram({ role: 'telecentre' });
  staff = hub.actor('programme-staff');
  local = hub.actor('programme-staff', { district: '120608' });
  await hub.must(seedTerritory, system, {});
});
afterAll(async () => {
  await hub.close();
  await telecentre.close();
});
const read = () => hub.app.db.read;

const SHAPE = '[[[-746000,-112000,0,-2000,2000,0,0,2000,-2000,0]]]';
const OUTLINE = { ubigeo: '120601', shape: SHAPE, source: 'ejemplo', licence: 'CC BY 4.0' };

describe('outlines', () => {
  test('the ladder', async () => {
    expect(verdict(await hub.run(setBoundary, visitor, OUTLINE))).toBe('permissions.sign-in');
    expect(verdict(await hub.run(setBoundary, local, OUTLINE))).toBe('permissions.denied');
    expect(verdict(await hub.run(setBoundary, staff, { ...OUTLINE, shape: '[[[1,2]]]' }))).toBe('shape: field.invalid');
    expect(verdict(await hub.run(setBoundary, staff, { ...OUTLINE, licence: '' }))).toBe('licence: field.required');
    expect(verdict(await hub.run(setBoundary, staff, { ...OUTLINE, ubigeo: '150101' }))).toBe(
      'territory.district-unknown',
    );
    expect(verdict(await telecentre.run(setBoundary, system, OUTLINE))).toBe('replication.hub-only');
    expect(verdict(await hub.run(removeBoundary, staff, { ubigeo: '120604' }))).toBe('territory.district-unknown');
    const { id } = await hub.must(setBoundary, staff, OUTLINE);
    expect(await hub.must(setBoundary, staff, OUTLINE)).toEqual({ id });
    expect(await listBoundaries(read())).toMatchObject([{ ubigeo: '120601', licence: 'CC BY 4.0', status: 'verify' }]);
    const [found] = await boundariesOf(read(), ['120601', '120604']);
    expect(found?.polygons[0]?.[0]).toHaveLength(5);
  });

  test('taken away and set again is the same row', async () => {
    expect(verdict(await hub.run(removeBoundary, local, { ubigeo: '120601' }))).toBe('permissions.denied');
    await hub.must(removeBoundary, staff, { ubigeo: '120601' });
    await hub.must(removeBoundary, staff, { ubigeo: '120601' });
    expect(await boundariesOf(read(), ['120601'])).toEqual([]);
    await hub.must(setBoundary, staff, OUTLINE);
    expect(await listBoundaries(read())).toHaveLength(1);
  });

  test('a file comes in whole or not at all', async () => {
    const feature = (ubigeo: string, east: number, north: number) => ({
      properties: { UBIGEO: ubigeo },
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [-75, -12],
            [east, -12],
            [east, north],
            [-75, north],
            [-75, -12],
          ],
        ],
      },
    });
    const bytes = (...features: unknown[]) =>
      new TextEncoder().encode(JSON.stringify({ type: 'FeatureCollection', features }));
    const said = { source: 'ejemplo', licence: 'CC0' };
    const mixed = bytes(feature('120604', -74, -11), feature('120606', 600_000, 8_700_000));
    await expect(importBoundaries(hub.app, staff, { bytes: mixed, ...said })).rejects.toMatchObject({
      code: 'territory.boundary-projected',
      params: { place: '120606' },
    });
    expect(await listBoundaries(read())).toHaveLength(1);
    const two = bytes(feature('120604', -74, -11), feature('120606', -73, -10));
    await expect(importBoundaries(hub.app, local, { bytes: two, ...said })).rejects.toMatchObject({
      code: 'permissions.denied',
    });
    await expect(importBoundaries(hub.app, staff, { bytes: two, source: '', licence: '' })).rejects.toMatchObject({
      code: 'field.required',
      field: 'source',
    });
    const empty = new Uint8Array();
    await expect(importBoundaries(hub.app, staff, { bytes: empty, ...said })).rejects.toMatchObject({ field: 'file' });
    expect(await listBoundaries(read())).toHaveLength(1);
    const report = await importBoundaries(hub.app, staff, { bytes: two, ...said });
    expect(report).toMatchObject({ taken: ['120604', '120606'], outside: false });
    expect(await importBoundaries(hub.app, staff, { bytes: two, ...said })).toEqual(report);
    expect(await listBoundaries(read())).toHaveLength(3);
  });
});

describe('seasons', () => {
  const FLOOD = {
    kind: 'high-water',
    name: 'Río crecido (prueba)',
    starts: '12-01',
    ends: '03-31',
    district: '120608',
    source: 'prueba',
    status: 'verify',
  };
  const asked = (from: string, to: string, district?: string) => seasonsOf(read(), { district, from, to });

  test('the ladder', async () => {
    expect(verdict(await hub.run(addSeason, visitor, FLOOD))).toBe('permissions.sign-in');
    expect(verdict(await hub.run(addSeason, local, { ...FLOOD, district: '120601' }))).toBe('permissions.denied');
    expect(verdict(await hub.run(addSeason, local, { ...FLOOD, district: '' }))).toBe('permissions.denied');
    expect(verdict(await hub.run(addSeason, local, { ...FLOOD, starts: '13-01' }))).toBe(
      'starts: territory.season-day',
    );
    expect(verdict(await hub.run(addSeason, local, { ...FLOOD, ends: '2026-03-31' }))).toBe('territory.season-pair');
    expect(verdict(await hub.run(addSeason, staff, { ...FLOOD, district: '150101' }))).toBe(
      'territory.district-unknown',
    );
    expect(verdict(await telecentre.run(addSeason, system, FLOOD))).toBe('replication.hub-only');
    const first = await hub.run(addSeason, local, FLOOD, 'k1');
    const again = await hub.run(addSeason, local, FLOOD, 'k1');
    expect([verdict(first), verdict(again)]).toEqual(['ok', 'ok']);
    await hub.must(addSeason, staff, {
      ...FLOOD,
      kind: 'school',
      name: 'Clases',
      starts: '2026-03-09',
      ends: '2026-12-18',
      district: '',
    });
  });

  test('over the end of the year, of the district and of all; the part that was asked for', async () => {
    const found = await asked('2026-01-15', '2026-03-20', '120608');
    expect(found.map(({ name, from, to }) => [name, from, to])).toEqual([
      ['Río crecido (prueba)', '2026-01-15', '2026-03-20'],
      ['Clases', '2026-03-09', '2026-03-20'],
    ]);
    expect((await asked('2026-01-15', '2026-03-20', '120601')).map(({ name }) => name)).toEqual(['Clases']);
    expect(await asked('2026-04-15', '2026-05-15', '120608')).toHaveLength(1);
  });

  test('ended: told until that day', async () => {
    const [flood] = await asked('2026-01-15', '2026-01-20', '120608');
    const season = flood?.id ?? '';
    expect(
      verdict(
        await hub.run(endSeason, hub.actor('programme-staff', { district: '120601' }), { season, day: '2026-02-01' }),
      ),
    ).toBe('permissions.denied');
    await hub.must(endSeason, local, { season, day: '2026-02-01' });
    await hub.must(endSeason, local, { season, day: '2026-02-01' });
    expect((await asked('2026-01-15', '2026-02-20', '120608')).map(({ to }) => to)).toEqual(['2026-02-01']);
    expect(await asked('2026-02-10', '2026-02-20', '120608')).toEqual([]);
  });
});

test('travel days: the ladder, and one row for a community', async () => {
  const [town] = await listCommunities(read(), '120608');
  const place = town?.id ?? '';
  const said = { place, days: '4', unit: 'Municipalidad (prueba)', source: 'prueba', status: 'verify' };
  expect(verdict(await hub.run(setTravelDays, visitor, said))).toBe('permissions.sign-in');
  expect(verdict(await hub.run(setTravelDays, hub.actor('programme-staff', { district: '120601' }), said))).toBe(
    'permissions.denied',
  );
  expect(verdict(await hub.run(setTravelDays, local, { ...said, days: '99' }))).toBe('days: field.too-large');
  expect(verdict(await hub.run(setTravelDays, staff, { ...said, place: town?.parent }))).toBe(
    'territory.place-not-lived',
  );
  const { id } = await hub.must(setTravelDays, local, said);
  expect(await hub.must(setTravelDays, local, { ...said, days: '5' })).toEqual({ id });
  expect(await travelDaysOf(read(), place)).toMatchObject({ days: 5, status: 'verify', source: 'prueba' });
});
