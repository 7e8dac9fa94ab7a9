// Before the day: who is to be reminded, and the list of attendance on paper.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anonymous, system } from '#platform/permissions';
import { testProgram, type TestProgram } from '../../../../tests/support/program.ts';
import { cancelEvent, planEvent } from './commands/plan.ts';
import { giveUpPlace, register } from './commands/register.ts';
import { dueReminders } from './reminders.ts';
import { attendanceSheet } from './sheet.ts';

let hub: TestProgram;
beforeAll(async () => {
  hub = await testProgram();
});
afterAll(() => hub.close());

const plan = (changes: Record<string, unknown> = {}) => ({
  ...{ kind: 'workshop', title: 'Taller de correo', what: 'Abrir y usar un correo.', day: '2026-12-20' },
  ...{ from: '9:00', to: '12:00', venue: 'Telecentro', organiser: 'Telecentro', district: '120608', publish: 'on' },
  ...changes,
});

describe('the day before', () => {
  it('who has a place and said how is reminded, also who waited; nobody else', async () => {
    const { id } = await hub.must(planEvent, system, plan({ capacity: '2' }));
    const { id: off } = await hub.must(planEvent, system, plan());
    const take = (event: string, name: string, contact = '') =>
      hub.must(register, anonymous(), { event, name, contact });
    const ana = await take(id, 'Ana', 'ana@x.example');
    await take(id, 'Beto');
    await take(id, 'Carla', '964111111');
    await take(id, 'Diego', '964222222');
    await take(off, 'Eva', '964333333');
    await hub.must(cancelEvent, system, { event: off, reason: 'Llueve.' });
    await hub.must(giveUpPlace, anonymous(), { place: ana.id, token: ana.token });
    const due = (after: string | null) => dueReminders(hub.app.db.read, '2026-12-20', { after, limit: 10 });
    const [only, ...others] = await due(null);
    expect(only).toMatchObject({ event: id, contact: '964111111', title: 'Taller de correo', fromMinute: 540 });
    expect(others).toEqual([]);
    expect(await due(only?.place ?? '')).toEqual([]);
    expect(await dueReminders(hub.app.db.read, '2026-12-21', { after: null, limit: 10 })).toEqual([]);
  });
});

describe('on paper', () => {
  it.each([0, 16, 17, 200])('the list of %i has a line for each and room for others', async (count) => {
    const names = Array.from({ length: count }, (_, at) => `Persona ${at} ${'muy '.repeat(20)}larga`);
    const of = { title: 'Taller', about: 'mañana', from: 'Programa', code: 'ABC', language: 'es' };
    const pdf = (await attendanceSheet({ ...of, names })).toString('latin1');
    expect(pdf.startsWith('%PDF-')).toBe(true);
    expect(pdf.match(/\/Type \/Page\b(?!s)/g)).toHaveLength(Math.ceil((count + 8) / 24));
  });
});
