// Registers from spreadsheets as people keep them: any separator, any letters, any order of columns; and what is not one.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countDay } from '#modules/visits';
import { openDesk, type TestDesk } from '../../../../tests/support/desk.ts';
import { importFile } from './commands/import-file.ts';
import { readDay, readFile } from './csv.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const HEAD = 'Día;Hora;Tarjeta;Quién;Para qué;Institución';
const LINES = '3/11/2026;9:30;;Niña;T B;\r\n03-11-26;;;mujer;trámite;RENIEC';
const wanted = [
  { line: 2, day: '2026-11-03', hour: '9:30', card: '', category: 'girl', letters: 'TB', institution: '' },
  { line: 3, day: '2026-11-03', hour: '', card: '', category: 'woman', letters: 'L', institution: '2' },
];

describe('a register', () => {
  it.each([
    ['with semicolons', utf8(`${HEAD}\r\n${LINES}`)],
    ['with a mark at its beginning', utf8(`\uFEFF${HEAD}\r\n${LINES}`)],
    ['in Latin-1', latin1(`${HEAD}\r\n${LINES}`)],
    ['with commas', utf8(`${HEAD}\n${LINES}`.replaceAll(';', ','))],
    ['with tabulators', utf8(`${HEAD}\n${LINES}`.replaceAll(';', '\t'))],
    ['with empty lines and quotes', utf8(`${HEAD}\n\n${LINES.replace('T B', '"T, B"')}\n;;;;;\n`)],
  ])('%s is read the same', (_, bytes) => {
    const file = readFile(bytes);
    const shift = file.ok ? (file.lines[0]?.line ?? 0) - 2 : 0; // an empty line counts, as a spreadsheet numbers them
    expect(file.ok && file.lines).toEqual(wanted.map((one) => ({ ...one, line: one.line + shift })));
  });
  it.each([
    ['nothing', utf8(''), 'paper.file-empty'],
    ['only its head', utf8(HEAD), 'paper.file-empty'],
    ['a spreadsheet itself', Uint8Array.of(0x50, 0x4b, 3, 4), 'paper.file-spreadsheet'],
    ['a picture', Uint8Array.of(0xff, 0xd8, 0, 1, 2), 'paper.file-not-text'],
    ['other columns', utf8('Nombre;Edad\nRosa;30'), 'paper.file-columns'],
    ['without a day', utf8('Tarjeta;Para qué\n1;T'), 'paper.file-columns'],
    ['far too many lines', utf8(`${HEAD}\n${'3/11/2026;;;M;T;\n'.repeat(2_001)}`), 'paper.file-too-long'],
  ])('%s is none', (_, bytes, code) => expect(readFile(bytes)).toMatchObject({ ok: false, code }));
  it('says which column is missing', () => {
    expect(readFile(utf8('Tarjeta;Hora\n1;9'))).toMatchObject({ params: { missing: 'Día, Para qué' } });
  });
  it.each([
    ['3/11/2026', '2026-11-03'],
    ['31.12.26', '2026-12-31'],
    ['2026-2-3', '2026-02-03'],
    ['31/2/2026', ''],
    ['11/23/2026', ''],
    ['hoy', ''],
  ])('the day %s', (typed, day) => expect(readDay(typed)).toBe(day));
});

describe('bringing one', () => {
  let desk: TestDesk;
  beforeAll(async () => {
    desk = await openDesk();
  });
  afterAll(() => desk.close());
  const count = (day: string) => countDay(desk.app.db.read, desk.operator, desk.site, day);

  it('is for those who may; wrong lines are named and nothing is saved', async () => {
    const { app } = desk;
    expect(await importFile(app, desk.visitor, utf8(`${HEAD}\n${LINES}`))).toMatchObject({
      code: 'permissions.sign-in',
    });
    expect(await importFile(app, desk.stranger, utf8(`${HEAD}\n${LINES}`))).toMatchObject({
      code: 'permissions.denied',
    });
    const wrong = `${HEAD}\n${LINES}\nhoy;;;mujer;T;\n3/11/2026;;;mujer;bailar;\n3/11/2027;;;mujer;T;\n3/11/2026;;12345678;;T;`;
    expect(await importFile(app, desk.operator, utf8(wrong))).toMatchObject({
      code: 'paper.file-lines',
      wrong: [
        { line: 4, code: 'paper.line-day' },
        { line: 5, code: 'paper.line-letters' },
        { line: 6, code: 'visits.day-in-future' },
        { line: 7, code: 'paper.line-card' },
      ],
    });
    expect((await count('2026-11-03')).visits).toBe(0);
  });
  it('the same file twice is there once, however long it is', async () => {
    const rosa = await desk.register();
    const body = Array.from(
      { length: 30 },
      (_, at) => `4/11/2026;9:00;${at % 3 === 0 ? rosa.card : ''};mujer;TB;`,
    ).join('\n');
    const bytes = utf8(`${HEAD}\n${body}`);
    expect(await importFile(desk.app, desk.operator, bytes)).toEqual({ ok: true, visits: 30, already: 0 });
    const once = await count('2026-11-04');
    expect(once).toEqual({ visits: 30, attentions: 60, people: 1 });
    expect(await importFile(desk.app, desk.operator, bytes)).toEqual({ ok: true, visits: 0, already: 30 });
    expect(await count('2026-11-04')).toEqual(once);
  });
});
