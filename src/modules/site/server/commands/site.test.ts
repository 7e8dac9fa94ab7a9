// Pages from the draft to what everybody reads: rights, versions, two who write at once, what appears by itself, and what was not saved.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { anonymous, system } from '#platform/permissions';
import { openProgramme, verdict, type TestDesk, type TestProgramme } from '../../../../../tests/support/desk.ts';
import { plainText, renderMarkup } from '../markup.ts';
import { findProgramme, listNews, unsavedOf, versionsOf } from '../queries.ts';
import { keepTyped, publishPage, savePage, startPage, throwAway, withdrawPage } from './pages.ts';
import { setProgramme } from './programme.ts';

const DISTRICT = '120608';
let programme: TestProgramme;
let desk: TestDesk;
beforeAll(async () => {
  programme = await openProgramme([DISTRICT, '120604']);
  [desk] = programme.desks as [TestDesk];
});
afterAll(() => programme.close());

const staff = () => programme.hub.actor('municipal-staff', { district: DISTRICT });
const words = { title: 'Se abrió el telecentro', summary: 'Con seis computadoras.', body: 'Desde **hoy**.' };
const news = (changes: Record<string, unknown> = {}) => ({ ...words, kind: 'news', district: DISTRICT, ...changes });
const read = (at = programme.hub, changes: Record<string, unknown> = {}) =>
  listNews(at.app.db.read, { language: 'es', now: at.clock.now(), limit: 50, ...changes });
const latest = async (page: string) => (await versionsOf(programme.hub.app.db.read, [page]))[0]?.id ?? '';

describe('writing', () => {
  it('is for who may in that place, at the hub', async () => {
    const { hub } = programme;
    expect(verdict(await hub.run(startPage, anonymous(), news()))).toBe('permissions.sign-in');
    expect(verdict(await hub.run(startPage, staff(), news({ district: '120604' })))).toBe('permissions.denied');
    expect(verdict(await hub.run(startPage, staff(), news({ district: '' })))).toBe('permissions.denied');
    expect(verdict(await desk.run(startPage, system, news()))).toBe('replication.hub-only');
    expect(verdict(await hub.run(startPage, staff(), news()))).toBe('ok');
  });

  it.each([
    [{ title: '' }, 'title: field.required'],
    [{ body: 'x'.repeat(6_001) }, 'body: field.too-long'],
    [{ kind: 'song' }, 'kind: field.choose'],
    [{ kind: 'page', slug: 'Con Tílde' }, 'site.slug-form'],
    [{ kind: 'place', district: '' }, 'field.required'],
  ])('refuses what cannot be: %o', async (changes, code) => {
    expect(verdict(await programme.hub.run(startPage, system, news(changes)))).toBe(code);
  });

  it('gives each address and each district one page', async () => {
    const { hub } = programme;
    await hub.must(startPage, system, news({ kind: 'page', slug: 'equipo', district: '' }));
    expect(verdict(await hub.run(startPage, system, news({ kind: 'page', slug: 'equipo', district: '' })))).toBe(
      'site.slug-taken',
    );
    await hub.must(startPage, system, news({ kind: 'place', district: '120601' }));
    expect(verdict(await hub.run(startPage, system, news({ kind: 'place', district: '120601' })))).toBe(
      'site.place-has-page',
    );
  });

  it('keeps every version, and tells who saved over another', async () => {
    const { hub } = programme;
    const { id } = await hub.must(startPage, staff(), news());
    const first = await latest(id);
    const mine = await hub.must(savePage, staff(), { page: id, ...words, body: 'Uno.', after: first });
    const yours = await hub.must(savePage, staff(), { page: id, ...words, body: 'Dos.', after: first });
    expect([mine.meanwhile, yours.meanwhile]).toEqual([false, true]);
    await hub.must(savePage, staff(), { page: id, ...words, body: 'Dos.', after: first });
    expect((await versionsOf(hub.app.db.read, [id])).map(({ body }) => body)).toEqual([
      'Dos.',
      'Uno.',
      'Desde **hoy**.',
    ]);
  });
});

describe('what everybody reads', () => {
  it('is the version that was published, and goes to the telecentres of its district', async () => {
    const { hub } = programme;
    const { id } = await hub.must(startPage, staff(), news({ title: 'Para todos' }));
    const version = await latest(id);
    const titles = async (at = programme.hub) => (await read(at)).map(({ title }) => title);
    expect(await titles()).not.toContain('Para todos');
    await hub.must(publishPage, staff(), { page: id, version });
    await hub.must(savePage, staff(), { page: id, ...words, title: 'Otra cosa', after: version });
    expect(await titles()).toContain('Para todos');
    await programme.sync();
    expect(await titles(desk)).toContain('Para todos');
    expect(await titles(programme.desks[1])).not.toContain('Para todos');
    await hub.must(withdrawPage, staff(), { page: id });
    await hub.must(withdrawPage, staff(), { page: id });
    expect(await titles()).not.toContain('Para todos');
  });

  it('appears by itself at its minute in Lima, also where there is no link', async () => {
    const { hub } = programme;
    const { id } = await hub.must(startPage, staff(), news({ title: 'Mañana a las nueve' }));
    const when = { page: id, version: await latest(id), day: '2026-11-25', minute: '9:00' };
    expect(await hub.must(publishPage, staff(), when)).toMatchObject({ later: true });
    await programme.sync();
    const nine = Date.UTC(2026, 10, 25, 14);
    const there = async (now: number) =>
      (await read(desk, { now })).some(({ title }) => title === 'Mañana a las nueve');
    expect([await there(nine - 1), await there(nine)]).toEqual([false, true]);
  });

  it('is in the language asked for, else in Spanish and says so', async () => {
    const { hub } = programme;
    const { id } = await hub.must(startPage, staff(), news({ title: 'Hola' }));
    await hub.must(publishPage, staff(), { page: id, version: await latest(id) });
    const one = async (language: string) => (await read(hub, { language })).find((page) => page.id === id);
    expect(await one('en')).toMatchObject({ title: 'Hola', language: 'es' });
    await hub.must(savePage, staff(), { page: id, ...words, title: 'Hello', language: 'en' });
    await hub.must(publishPage, staff(), { page: id, version: await latest(id) });
    expect([(await one('en'))?.title, (await one('es'))?.title]).toEqual(['Hello', 'Hola']);
  });
});

describe('what is typed and not saved', () => {
  it('is kept for who typed it, also through a power cut, until it is saved or thrown away', async () => {
    const { hub } = programme;
    const { id } = await hub.must(startPage, staff(), news());
    const typed = { page: id, fields: { title: 'A medias', body: 'Todavía' } };
    const kept = () => unsavedOf(hub.app.db.read, staff().account ?? '', id);
    expect(verdict(await hub.run(keepTyped, anonymous(), typed))).toBe('permissions.sign-in');
    expect(verdict(await hub.run(keepTyped, staff(), { ...typed, page: '../etc' }))).toBe('page: field.invalid');
    await hub.must(keepTyped, staff(), typed);
    await hub.must(keepTyped, staff(), { ...typed, fields: { ...typed.fields, body: 'Todavía no' } });
    expect(await kept()).toMatchObject({ fields: { title: 'A medias', body: 'Todavía no' } });
    expect(await unsavedOf(hub.app.db.read, 'ACCOUNT-somebody-else', id)).toBeUndefined();
    await hub.must(savePage, staff(), { page: id, ...words, body: 'Todavía no' });
    expect(await kept()).toBeUndefined();
    await hub.must(keepTyped, staff(), typed);
    await hub.must(throwAway, staff(), { page: id });
    expect(await kept()).toBeUndefined();
  });
});

describe('what the programme says of itself', () => {
  const said = {
    purpose: 'Para',
    objectives: 'Uno\nDos',
    results: 'R',
    partners: 'CEDRO',
    status: 'verify',
    source: 'x',
  };
  it('is one row, with its links and dates', async () => {
    const { hub } = programme;
    expect(verdict(await hub.run(setProgramme, staff(), said))).toBe('permissions.denied');
    const crossed = { ...said, starts: '2026-02-01', ends: '2026-01-01' };
    expect(verdict(await hub.run(setProgramme, system, crossed))).toBe('site.dates-crossed');
    await hub.must(setProgramme, system, said);
    await hub.must(setProgramme, system, { ...said, links: 'Radio https://radio.example\njavascript:alert(1)' });
    expect(await findProgramme(hub.app.db.read)).toMatchObject({
      objectives: ['Uno', 'Dos'],
      links: [{ name: 'Radio', href: 'https://radio.example' }],
    });
  });
});

describe('marked-up text', () => {
  it.each([
    ['<script>alert(1)</script>', '&lt;script&gt;'],
    ['<img src=x onerror=alert(1)>', '&lt;img'],
    ['[x](javascript:alert(1))', '<a'],
    ['[x](data:text/html;base64,PHN2Zz4=)', '<a'],
    ['# Uno', '<h2>Uno</h2>'],
    ['![dibujo](https://tracker.example/a.gif)', 'dibujo'],
    ['[aquí](/events)', '<a href="/events">aquí</a>'],
  ])('%s can do nothing', (text, shown) => {
    const html = renderMarkup(text);
    expect(html).toContain(shown);
    expect(html).not.toMatch(/<(script|img|iframe|svg|object|style)|javascript:|data:text|onerror=["x]/i);
  });

  it('makes no element that it was not meant to make, whatever is typed', () => {
    const KNOWN = /^<\/?(p|h[2-6]|ul|ol|li|em|strong|a|blockquote|code|pre|hr|br)\b[^<>]*>$/;
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string(),
            fc.constantFrom('<', '>', '"', '](', '[', '`', '*', '#', '\n', '<svg onload=', 'javascript:', '!['),
          ),
          { maxLength: 30 },
        ),
        (parts) => {
          const html = renderMarkup(parts.join(''));
          for (const tag of html.match(/<[^>]*>/g) ?? []) expect(tag).toMatch(KNOWN);
          expect(plainText(parts.join(''))).not.toContain('<p>');
        },
      ),
    );
  });
});
