// Paper: sheets with codes, copied once, line by line, all or nothing, only when the totals of the paper agree.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countDay } from '#modules/visits';
import { openDesk, verdict, type TestDesk } from '../../../../../tests/support/desk.ts';
import { sheetsPdf } from '../pdf.ts';
import { listSheets } from '../queries.ts';
import { isEmpty, LETTERS, linesOf, readHour, readLetters } from '../rules.ts';
import { enterSheet } from './enter-sheet.ts';
import { printSheets } from './print-sheets.ts';

const DAY = '2026-11-20';
let desk: TestDesk;
let rosa: { id: string; card: string };
beforeAll(async () => {
  desk = await openDesk();
  rosa = await desk.register();
});
afterAll(() => desk.close());

const one = async (kind = 'visits') =>
  (await desk.must(printSheets, desk.operator, { kind, count: '1' })).sheets[0] ?? '';
const line = (number: number, changes = {}) => ({
  ...{ line: number, hour: '9:30', card: '', category: 'woman', letters: 'TB', institution: '' },
  ...changes,
});
const entry = (sheet: string, lines: object[], changes = {}) => ({
  ...{ sheet, day: DAY, lines, visits: String(lines.length), attentions: String(lines.length * 2) },
  ...changes,
});
const visits = () => countDay(desk.app.db.read, desk.operator, desk.site, DAY);

describe('what stands on a line', () => {
  it.each([
    ['tb', ['homework', 'information']],
    ['T, T / A', ['homework', 'training']],
    ['', []],
    ['Z', null],
  ])('letters %s', (typed, purposes) => expect(readLetters(typed)).toEqual(purposes));
  it.each([
    ['9:30', 570],
    ['9h05', 545],
    ['14', 840],
    ['?', null],
    ['9:?0', null],
    ['', null],
    ['25:00', undefined],
    ['9:75', undefined],
    ['mañana', undefined],
  ])('hour %s', (typed, minute) => expect(readHour(typed)).toBe(minute));
  it('no letter means two things, and lines come in their order', () => {
    expect(new Set(Object.values(LETTERS)).size).toBe(Object.keys(LETTERS).length);
    const fields = { 'line3-card': '1', 'line1-hour': '9', 'line2-letters': ' ', 'line99-card': 'x' };
    expect(linesOf(fields, 14).map((each) => each.line)).toEqual([1, 3]);
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer())), (drawn) => {
        expect(linesOf(drawn, 14).every((each) => !isEmpty(each))).toBe(true);
      }),
    );
  });
});

describe('paper.print-sheets', () => {
  it('refuses who may not and bad input; the same request twice makes them once', async () => {
    const input = { kind: 'visits', count: '3' };
    expect(verdict(await desk.run(printSheets, desk.visitor, input))).toBe('permissions.sign-in');
    expect(verdict(await desk.run(printSheets, desk.actor('municipal-staff'), input))).toBe('permissions.denied');
    expect(verdict(await desk.run(printSheets, desk.stranger, input))).toBe('permissions.denied');
    expect(verdict(await desk.run(printSheets, desk.operator, { ...input, count: '51' }))).toBe(
      'count: field.too-large',
    );
    expect(verdict(await desk.run(printSheets, desk.operator, { ...input, kind: 'poster' }))).toBe(
      'kind: field.choose',
    );
    const made = await desk.must(printSheets, desk.operator, input, 'k');
    expect(await desk.must(printSheets, desk.operator, input, 'k')).toEqual(made);
    expect(await listSheets(desk.app.db.read, desk.site.id, { batch: made.batch })).toHaveLength(3);
  });
  it('gives a page of its own to each, in a file that is one', async () => {
    const all = [];
    for (const kind of ['visits', 'attendance', 'form']) {
      const { batch } = await desk.must(printSheets, desk.operator, { kind, count: '2', title: 'Word', day: DAY });
      all.push(...(await listSheets(desk.app.db.read, desk.site.id, { batch })));
    }
    const file = await sheetsPdf(all, { language: 'es', from: 'Prueba', dayOf: (day) => day });
    expect(file.subarray(0, 5).toString()).toBe('%PDF-');
    expect(file.toString('latin1').match(/\/Type \/Page\b/g)).toHaveLength(6);
  });
});

describe('paper.enter-sheet', () => {
  it('refuses who may not, what is no sheet, and whatever is not right; then nothing is saved', async () => {
    const sheet = await one();
    const before = await visits();
    const tried = async (changes: object, lines = [line(1)], actor = desk.operator) =>
      verdict(await desk.run(enterSheet, actor, entry(sheet, lines, changes)));
    expect(await tried({}, [line(1)], desk.visitor)).toBe('permissions.sign-in');
    expect(await tried({}, [line(1)], desk.stranger)).toBe('permissions.denied');
    expect(await tried({ sheet: rosa.id })).toBe('paper.sheet-unknown');
    expect(await tried({ sheet: await one('form') })).toBe('paper.sheet-unknown');
    expect(await tried({ day: '20/11' })).toBe('day: field.not-a-date');
    expect(await tried({ day: '2026-12-24' })).toBe('visits.day-in-future');
    expect(await tried({}, [])).toBe('paper.nothing-written');
    expect(await tried({ visits: '2' })).toBe('paper.visits-differ');
    expect(await tried({ attentions: '3' })).toBe('paper.attentions-differ');
    for (const [changes, code] of [
      [{ hour: 'tarde' }, 'paper.line-hour'],
      [{ letters: 'Z' }, 'paper.line-letters'],
      [{ letters: '' }, 'paper.line-letters'],
      [{ letters: 'L' }, 'paper.line-institution'],
      [{ letters: 'L', institution: '77' }, 'paper.line-institution'],
      [{ card: '12345678' }, 'paper.line-card'],
      [{ category: '' }, 'paper.line-who'],
    ] as const)
      expect(await tried({}, [line(1), line(2, changes)]), code).toBe(code);
    expect(await visits()).toEqual(before);
  });

  it('copies all lines with the hour that stands there, once', async () => {
    const sheet = await one();
    const before = await visits();
    const lines = [
      line(1, { card: rosa.card, category: '' }),
      line(2, { hour: '?', letters: 'LA', institution: '2' }),
      line(5, { card: '12?45', category: 'boy' }),
    ];
    const input = entry(sheet, lines);
    const first = await desk.must(enterSheet, desk.operator, input, 'k');
    expect(await desk.must(enterSheet, desk.operator, input, 'k')).toEqual(first);
    expect(verdict(await desk.run(enterSheet, desk.operator, input))).toBe('paper.entered-already');
    const after = await visits();
    expect([after.visits - before.visits, after.attentions - before.attentions]).toEqual([3, 6]);
    const rows = await desk.app.db.read
      .selectFrom('visit')
      .select(['line', 'reported_minute', 'reported', 'occurred_at', 'person', 'category'])
      .where('sheet', '=', sheet)
      .orderBy('line')
      .execute();
    const paper = { reported: 'paper', occurred_at: null };
    expect(rows).toEqual([
      { line: 1, reported_minute: 570, ...paper, person: rosa.id, category: null },
      { line: 2, reported_minute: null, ...paper, person: null, category: 'woman' },
      { line: 5, reported_minute: 570, ...paper, person: null, category: 'boy' },
    ]);
    const acts = await desk.app.db.read
      .selectFrom('attention')
      .selectAll()
      .where('purpose', '=', 'online-procedure')
      .execute();
    expect(acts).toMatchObject([{ institution: 'reniec', outcome: 'done' }]);
  });

  it('takes the fullest sheet there can be in one act', async () => {
    const sheet = await one();
    const full = Array.from({ length: 14 }, (_, at) =>
      line(at + 1, { letters: 'LTBCUESPAGO', institution: '1', card: rosa.card }),
    );
    expect(verdict(await desk.run(enterSheet, desk.operator, entry(sheet, full, { attentions: '154' })))).toBe('ok');
  });

  it('two who copy the same sheet at the same moment: one is told', async () => {
    const sheet = await one();
    const both = await Promise.all([1, 2].map(() => desk.run(enterSheet, desk.operator, entry(sheet, [line(1)]))));
    expect(both.map(verdict).toSorted()).toEqual(['ok', 'paper.entered-already']);
  });

  it('on an attendance list everybody is trained, and stands once', async () => {
    const sheet = await one('attendance');
    const present = line(1, { card: rosa.card, category: '', letters: '' });
    const twice = entry(sheet, [present, { ...present, line: 2 }], { attentions: '2' });
    expect(verdict(await desk.run(enterSheet, desk.operator, twice))).toBe('paper.line-twice');
    await desk.must(enterSheet, desk.operator, entry(sheet, [present], { attentions: '1', trainer: 'partner' }));
    const acts = await desk.app.db.read
      .selectFrom('attention')
      .select('trainer')
      .where('trainer', '=', 'partner')
      .execute();
    expect(acts).toHaveLength(1);
  });
});
