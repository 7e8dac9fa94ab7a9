// Visits: who may register and correct them, what is refused, and that a mistake never counts twice.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDesk, verdict, type TestDesk } from '../../../../../tests/support/desk.ts';
import { countDay, findVisit, listOwnVisits, listVisitsOfDay, listVisitsOfPerson } from '../queries.ts';
import { assistProcedure } from './assist-procedure.ts';
import { correctVisit, voidVisit } from './correct-visit.ts';
import { registerVisit } from './register-visit.ts';

const TODAY = '2026-11-24';
let desk: TestDesk;
let rosa: { id: string; card: string };
beforeAll(async () => {
  desk = await openDesk();
});
beforeEach(async () => {
  rosa = await desk.register();
});
afterAll(() => desk.close());

const rows = async () => {
  const { read } = desk.app.db;
  const visits = await read.selectFrom('visit').select('id').execute();
  const attentions = await read.selectFrom('attention').select('id').execute();
  return visits.length + attentions.length;
};
const day = (on = TODAY) => countDay(desk.app.db.read, desk.operator, desk.site, on);

describe('visits.register', () => {
  it('refuses who is signed out, has another role or works elsewhere', async () => {
    const input = { person: rosa.id, purposes: ['homework'] };
    expect(verdict(await desk.run(registerVisit, desk.visitor, input))).toBe('permissions.sign-in');
    expect(verdict(await desk.run(registerVisit, desk.actor('municipal-staff'), input))).toBe('permissions.denied');
    expect(verdict(await desk.run(registerVisit, desk.stranger, input))).toBe('permissions.denied');
    expect(await rows()).toBe(0);
  });

  it('refuses bad input and writes nothing', async () => {
    const bad = async (changes: Record<string, unknown>) =>
      verdict(await desk.run(registerVisit, desk.operator, { person: rosa.id, purposes: ['homework'], ...changes }));
    expect(await bad({ purposes: undefined })).toBe('purposes: field.required');
    expect(await bad({ purposes: [] })).toBe('purposes: field.choose');
    expect(await bad({ purposes: 'dancing' })).toBe('purposes.0: field.choose');
    expect(await bad({ person: '', category: '' })).toBe('visits.who-needed');
    expect(await bad({ person: desk.site.id })).toBe('people.not-found');
    expect(await bad({ day: '24/11/2026' })).toBe('day: field.not-a-date');
    expect(await bad({ day: '2026-11-25' })).toBe('visits.day-in-future');
    expect(await bad({ purposes: ['online-procedure'] })).toBe('visits.institution-needed');
    expect(await bad({ procedure: 'x'.repeat(81) })).toBe('procedure: field.too-long');
    expect(await rows()).toBe(0);
  });

  it('counts attentions, visits and people apart', async () => {
    const before = await day();
    await desk.must(registerVisit, desk.operator, { person: rosa.id, purposes: ['homework', 'office', 'homework'] });
    await desk.must(registerVisit, desk.operator, { person: rosa.id, purposes: 'communication' });
    await desk.must(registerVisit, desk.operator, { category: 'girl', purposes: ['equipment'] });
    const after = await day();
    expect([after.attentions - before.attentions, after.visits - before.visits, after.people - before.people]).toEqual([
      4, 3, 1,
    ]);
  });

  it('keeps of an online procedure where, which and how it ended', async () => {
    const markup = '<b>SIS</b>';
    const { id, code } = await desk.must(registerVisit, desk.operator, {
      person: rosa.id,
      purposes: ['online-procedure', 'office'],
      institution: 'sis',
      procedure: markup,
      outcome: 'pending',
    });
    expect(id.endsWith(code.replace('-', ''))).toBe(true);
    const visit = await findVisit(desk.app.db.read, desk.operator, desk.site, id);
    expect(visit?.purposes.toSorted((a, b) => (a.purpose < b.purpose ? -1 : 1))).toEqual([
      { purpose: 'office', institution: null, procedure: null, outcome: null, consent: null, minutes: null },
      {
        ...{ purpose: 'online-procedure', institution: 'sis', procedure: markup, outcome: 'pending' },
        ...{ consent: null, minutes: null },
      },
    ]);
    expect(visit).toMatchObject({ day: TODAY, reported: 'desk', occurredAt: visit?.enteredAt });
  });

  it('keeps apart the day of the visit and the hour at which it was entered from paper', async () => {
    const { id } = await desk.must(registerVisit, desk.operator, {
      person: rosa.id,
      purposes: ['homework'],
      day: '2026-10-02',
    });
    const visit = await findVisit(desk.app.db.read, desk.operator, desk.site, id);
    expect(visit).toMatchObject({ day: '2026-10-02', reported: 'paper', occurredAt: null });
    expect(new Date(visit?.enteredAt ?? 0).toISOString().slice(0, 10)).toBe(TODAY);
    expect(await day('2026-10-02')).toEqual({ attentions: 1, visits: 1, people: 1 });
  });

  it('saves also when the clock woke in 1970', async () => {
    const now = desk.clock.now();
    desk.clock.set(Date.UTC(1970, 0, 1, 12), 'unknown');
    try {
      expect(
        verdict(await desk.run(registerVisit, desk.operator, { person: rosa.id, purposes: ['homework'], day: TODAY })),
      ).toBe('ok');
    } finally {
      desk.clock.set(now, 'synced');
    }
  });

  it('never counts the staff who serve', async () => {
    const herself = { ...desk.operator, person: rosa.id };
    expect(verdict(await desk.run(registerVisit, herself, { person: rosa.id, purposes: ['office'] }))).toBe(
      'visits.staff-not-counted',
    );
  });

  it('with the same key once more is the same visit', async () => {
    const input = { person: rosa.id, purposes: ['training'] };
    const first = await desk.run(registerVisit, desk.operator, input, 'once');
    const before = await rows();
    expect(await desk.run(registerVisit, desk.operator, input, 'once')).toMatchObject({
      repeated: true,
      value: first.ok ? first.value : null,
    });
    expect(await rows()).toBe(before);
  });
});

describe('visits.assist-procedure', () => {
  const act = { institution: 'reniec', procedure: 'duplicado', consent: 'said-yes', outcome: 'done', minutes: '12' };

  it('refuses who may not, bad input, and whatever looks like a secret', async () => {
    const before = await rows();
    const tried = async (changes: Record<string, unknown>, actor = desk.operator) =>
      verdict(await desk.run(assistProcedure, actor, { ...act, person: rosa.id, ...changes }));
    expect(await tried({}, desk.visitor)).toBe('permissions.sign-in');
    expect(await tried({}, desk.actor('municipal-staff'))).toBe('permissions.denied');
    expect(await tried({}, desk.stranger)).toBe('permissions.denied');
    expect(await tried({ person: '', category: '' })).toBe('visits.who-needed');
    expect(await tried({ consent: '' })).toBe('consent: field.choose');
    expect(await tried({ institution: 'nasa' })).toBe('institution: field.choose');
    expect(await tried({ minutes: '0' })).toBe('minutes: field.too-small');
    for (const secret of ['clave: hola1', 'mi contraseña es Sol2024', 'PIN 1234', 'dni 45678912', '4111111111111111'])
      expect(await tried({ procedure: secret })).toBe('procedure: visits.no-secrets');
    expect(await rows()).toBe(before);
    expect(await tried({ procedure: 'partida de nacimiento 2024' })).toBe('ok');
  });

  it('keeps who helped and how the person agreed, in the visit of the day where there is one', async () => {
    const visit = await desk.must(registerVisit, desk.operator, { person: rosa.id, purposes: ['homework'] });
    const before = await day();
    const helped = await desk.must(assistProcedure, desk.operator, { ...act, person: rosa.id }, 'k');
    expect(await desk.must(assistProcedure, desk.operator, { ...act, person: rosa.id }, 'k')).toEqual(helped);
    expect(helped.id).toBe(visit.id);
    const after = await day();
    expect([after.attentions - before.attentions, after.visits - before.visits]).toEqual([1, 0]);
    const row = await desk.app.db.read
      .selectFrom('attention')
      .selectAll()
      .where('visit', '=', visit.id)
      .where('purpose', '=', 'online-procedure')
      .executeTakeFirstOrThrow();
    expect(row).toMatchObject({ helper: desk.operator.account ?? null, consent: 'said-yes', minutes: 12 });
  });

  it('is seen by the person herself, and nobody else’s is', async () => {
    const other = await desk.register({ given: 'Eva' });
    await desk.must(assistProcedure, desk.operator, { ...act, person: rosa.id });
    await desk.must(assistProcedure, desk.operator, { ...act, person: other.id });
    const own = await listOwnVisits(desk.app.db.read, desk.resident(rosa.id), desk.site.id);
    expect(own.map(({ person, purposes }) => [person, purposes[0]?.consent])).toEqual([[rosa.id, 'said-yes']]);
    for (const actor of [desk.visitor, desk.operator, desk.stranger])
      expect(await listOwnVisits(desk.app.db.read, actor, desk.site.id)).toEqual([]);
  });

  it('counts a visitor without a card with what she allows', async () => {
    const before = await day();
    const input = { ...act, category: 'woman', ageBand: '60+', language: 'cni' };
    const { id } = await desk.must(assistProcedure, desk.operator, input);
    const after = await day();
    expect([after.visits - before.visits, after.people - before.people]).toEqual([1, 0]);
    const row = await desk.app.db.read.selectFrom('visit').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    expect(row).toMatchObject({ person: null, category: 'woman', age_band: '60+', language: 'cni' });
  });
});

describe('visits.correct and visits.void', () => {
  it('refuse who may not, what is not there and what is voided already', async () => {
    const { id } = await desk.must(registerVisit, desk.operator, { person: rosa.id, purposes: ['homework'] });
    const correct = { visit: id, reason: 'wrong-purpose', person: rosa.id, purposes: ['office'] };
    const remove = { visit: id, reason: 'twice', sure: 'on' };
    for (const [actor, code] of [
      [desk.visitor, 'permissions.sign-in'],
      [desk.actor('municipal-staff'), 'permissions.denied'],
      [desk.stranger, 'permissions.denied'],
    ] as const) {
      expect(verdict(await desk.run(correctVisit, actor, correct))).toBe(code);
      expect(verdict(await desk.run(voidVisit, actor, remove))).toBe(code);
    }
    expect(verdict(await desk.run(correctVisit, desk.operator, { ...correct, reason: 'because' }))).toBe(
      'reason: field.choose',
    );
    expect(verdict(await desk.run(voidVisit, desk.operator, { ...remove, sure: '' }))).toBe('sure: field.choose');
    expect(verdict(await desk.run(voidVisit, desk.operator, { ...remove, visit: rosa.id }))).toBe('visits.not-found');
    await desk.must(voidVisit, desk.operator, remove);
    expect(verdict(await desk.run(voidVisit, desk.operator, remove))).toBe('visits.voided-already');
    expect(verdict(await desk.run(correctVisit, desk.operator, correct))).toBe('visits.voided-already');
  });

  it('leave the count as if the mistake had not been made, and the mistake readable', async () => {
    const before = await day();
    const { id } = await desk.must(registerVisit, desk.operator, { person: rosa.id, purposes: ['homework', 'office'] });
    const right = await desk.must(
      correctVisit,
      desk.operator,
      { visit: id, reason: 'wrong-purpose', person: rosa.id, purposes: ['information'] },
      'c',
    );
    expect(
      await desk.must(
        correctVisit,
        desk.operator,
        { visit: id, reason: 'wrong-purpose', person: rosa.id, purposes: ['information'] },
        'c',
      ),
    ).toEqual(right);
    const after = await day();
    expect([after.attentions - before.attentions, after.visits - before.visits]).toEqual([1, 1]);
    const { read } = desk.app.db;
    expect((await listVisitsOfDay(read, desk.operator, desk.site, TODAY)).map((visit) => visit.id)).not.toContain(id);
    const all = await listVisitsOfPerson(read, desk.operator, desk.site, rosa.id);
    expect(all.map((visit) => [visit.id === id, visit.voided])).toEqual([
      [false, false],
      [true, true],
    ]);
    expect(await listVisitsOfPerson(read, desk.stranger, desk.site, rosa.id)).toEqual([]);
    expect(await countDay(read, desk.visitor, desk.site, TODAY)).toEqual({ attentions: 0, visits: 0, people: 0 });
  });
});
