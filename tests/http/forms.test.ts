// Every form, found on its page, gets what nobody should send: a sentence comes back, what was typed stays, nothing is half written.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, FORM, serveDemonstration, signIn, type Served } from './served.ts';
import { encodeAct } from '../../src/replication/server/core/act-codec.ts';
import type { Running } from '../support/processes.ts';

const routes = fileURLToPath(new URL('../../src/routes', import.meta.url));

/** Route files with forms, as patterns of addresses. */
function formRoutes(folder = routes): string[] {
  return readdirSync(folder).flatMap((name) => {
    const entry = path.join(folder, name);
    if (statSync(entry).isDirectory()) return formRoutes(entry);
    if (name !== '+page.server.ts' || !readFileSync(entry, 'utf8').includes('export const actions')) return [];
    return [path.relative(routes, folder).replace(/\([^)]+\)\/?/g, '')];
  });
}

/** Asked for elsewhere: the one-time link works only before anybody is there; ending one's session takes nothing typed; a public computer's page has forms once it is one. */
const ELSEWHERE = ['start/[token]', 'sign-out', 'kiosk'];

interface Found {
  page: string;
  action: string;
  fields: string[];
  kept: Record<string, string>;
  /** Has a field whose text comes back after a refusal; secrets never do. */
  text: boolean;
}

const unescape = (text: string) =>
  text
    .replace(/&quot;/g, '"')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');

/** Forms of a page that post, with the names of their fields and what stands hidden in them. */
function formsOf(page: string, html: string): Found[] {
  return [...html.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)].flatMap(([, head = '', inside = '']) => {
    if (!/method="post"/i.test(head)) return [];
    const action = unescape(/action="([^"]*)"/.exec(head)?.[1] ?? '');
    const fields = new Set<string>();
    const kept: Record<string, string> = {};
    for (const [tag = '', name = ''] of inside.matchAll(/<(?:input|select|textarea)[^>]*\bname="([^"]+)"[^>]*>/g)) {
      if (name.startsWith('_')) continue;
      fields.add(name);
      if (tag.includes('type="hidden"')) kept[name] = unescape(/value="([^"]*)"/.exec(tag)?.[1] ?? '');
    }
    const text = [...inside.matchAll(/<(input|textarea)[^>]*>/g)].some(
      ([tag, kind]) =>
        !/name="[^"]*(password|pin|code|secret|_)/i.test(tag) && (kind === 'textarea' || /type="text"/.test(tag)),
    );
    return [{ page, action, fields: [...fields], kept, text }];
  });
}

/** Something to decide on at the hub: an act that arrived from a telecentre and waits. */
function setAside(data: string): void {
  const header = { command: 'people.register', role: 'operator', at: 1_795_000_000_000, clock: 2, schema: 1 };
  const act = encodeAct({
    ...{ partition: 'd/120608', site: 1, device: 0, run: 5, firstN: 1, header },
    operations: [{ n: 1, table: 20, row: 'ROW', kind: 'create', fields: [] }],
  });
  const db = new DatabaseSync(path.join(data, 'programme.db'), { timeout: 5_000 });
  db.prepare(
    `INSERT INTO log_quarantine (partition, site, device, run, n, table_number, row, reason, act, at, state)
     VALUES ('d/120608', 1, 0, 5, 1, 20, 'ROW', 'site-ended', ?, 1795000000000, 'waiting')`,
  ).run(act);
  db.close();
}

/** A card of which two versions of the surnames were written, as after an exchange. Returns the person. */
function twoVersions(data: string): string {
  const db = new DatabaseSync(path.join(data, 'programme.db'), { timeout: 5_000 });
  const { id, partition } = db
    .prepare('SELECT id, partition FROM person WHERE gone IS NULL ORDER BY id DESC LIMIT 1')
    .get() as {
    id: string;
    partition: string;
  };
  const values = ['Quispe', 'Quispi'];
  const meta = {
    d: values.map((_, at) => [1, 0, 5, at + 1, 1795000000000 + at, at]),
    l: [[[2], [0, 1]]],
    v: [[2, values]],
  };
  db.prepare('UPDATE person SET meta = ? WHERE id = ?').run(JSON.stringify(meta), id);
  db.prepare('INSERT INTO open_conflict (partition, table_number, row) VALUES (?, 20, ?)').run(partition, id);
  db.close();
  return id;
}

/** Sends a form that fits; the address to which it leads. */
async function sent(at: Running, where: string, cookie: string, fields: Record<string, string>): Promise<string> {
  const headers = { ...FORM, cookie, origin: `http://127.0.0.1:${at.port}` };
  const answer = await ask(at, where, { method: 'POST', headers, body: new URLSearchParams(fields).toString() });
  if (answer.status !== 303) throw new Error(`${where}: ${answer.status}`);
  return String(answer.headers.location);
}

let served: Served;
const found: { at: Running; data: string; cookie: string; form: Found; covers: string }[] = [];

beforeAll(async () => {
  served = await serveDemonstration();
  const { hub, centre } = served;
  const admin = await signIn(hub, hub, 'admin');
  const staff = await signIn(hub, hub, 'municipio');
  const operator = await signIn(centre, hub, 'operadora');
  const coordinator = await signIn(hub, hub, 'coordinacion');
  const first = (data: string, sql: string) => {
    const db = new DatabaseSync(path.join(data, 'programme.db'), { readOnly: true });
    const row = db.prepare(sql).get() as { id: string };
    db.close();
    return row.id;
  };
  const person = first(centre.dataDir, 'SELECT id FROM person WHERE gone IS NULL LIMIT 1');
  const visit = first(centre.dataDir, 'SELECT id FROM visit LIMIT 1');
  const proposal = first(
    centre.dataDir,
    "SELECT id FROM proposal_step WHERE kind = 'submitted' ORDER BY id DESC LIMIT 1",
  );
  const account = first(hub.dataDir, "SELECT id FROM account WHERE username = 'donante'");
  const place = first(hub.dataDir, "SELECT id FROM place WHERE kind = 'community' LIMIT 1");
  const site = first(hub.dataDir, "SELECT id FROM site WHERE state = 'enrolled' LIMIT 1");
  const station = first(centre.dataDir, "SELECT id FROM station WHERE state = 'in-service' ORDER BY name LIMIT 1");
  const ticket = first(centre.dataDir, 'SELECT id FROM queue_ticket ORDER BY number DESC LIMIT 1');
  const booked = first(centre.dataDir, 'SELECT day AS id FROM booking ORDER BY day LIMIT 1');
  const sheet = first(centre.dataDir, "SELECT id FROM sheet WHERE kind = 'visits' LIMIT 1");
  const team = await signIn(hub, hub, 'equipo');
  const coming = first(hub.dataDir, "SELECT id FROM event WHERE kind = 'hearing' LIMIT 1");
  const page = first(hub.dataDir, "SELECT id FROM page WHERE kind = 'news' LIMIT 1");
  const link = await sent(hub, `/events/${coming}/register`, '', { name: 'Ana (demo)' });
  const planned = {
    ...{ kind: 'workshop', title: 'Taller (demo)', what: 'Correo.', day: '2036-05-05', district: '120608' },
    ...{ venue: 'Telecentro', organiser: 'Telecentro', publish: 'on' },
  };
  const own = (await sent(centre, '/desk/events/new', operator, planned)).split('?')[0] ?? '';
  setAside(hub.dataDir);
  const unsettled = twoVersions(centre.dataDir);
  const visits: [Running, string, string, string][] = [
    [hub, admin, 'admin/sites', '/admin/sites'],
    [hub, admin, 'admin/sessions', '/admin/sessions'],
    [hub, admin, 'admin/territory', '/admin/territory'],
    [hub, admin, 'admin/territory/[id]', `/admin/territory/${place}`],
    [hub, admin, 'admin/territory/holidays', '/admin/territory/holidays'],
    [hub, admin, 'admin/accounts/new', '/admin/accounts/new'],
    [hub, admin, 'admin/accounts/[id]', `/admin/accounts/${account}`],
    [hub, admin, 'account', '/account'],
    [hub, '', 'sign-in', '/sign-in'],
    [centre, operator, 'proposals/new', `/proposals/new?person=${person}`],
    [centre, operator, 'proposals/[id]', `/proposals/${proposal}?person=${person}`],
    [centre, operator, 'desk/safe', '/desk/safe'],
    [centre, operator, 'desk/visits/new', '/desk/visits/new'],
    [centre, operator, 'desk/visits/[id]', `/desk/visits/${visit}`],
    [centre, operator, 'desk/people/new', '/desk/people/new'],
    [centre, operator, 'desk/people/[id]', `/desk/people/${person}`],
    [centre, operator, 'desk/people/[id]/correct', `/desk/people/${person}/correct`],
    [centre, operator, 'desk/duplicates', '/desk/duplicates'],
    [hub, coordinator, 'office/duplicates', '/office/duplicates'],
    [centre, operator, 'desk/conflicts/[id]', `/desk/conflicts/${unsettled}`],
    [centre, operator, 'desk/courier', '/desk/courier'],
    [hub, admin, 'office/courier', '/office/courier'],
    [hub, admin, 'office/quarantine', '/office/quarantine'],
    [hub, admin, 'admin/sites/[id]', `/admin/sites/${site}`],
    [centre, '', 'queue', '/queue'],
    [centre, '', 'queue/[id]', `/queue/${ticket}`],
    [centre, '', 'suggestions', '/suggestions'],
    [centre, '', 'kiosk/setup', '/kiosk/setup'],
    [centre, operator, 'desk/queue', '/desk/queue'],
    [centre, operator, 'desk/stations', '/desk/stations'],
    [centre, operator, 'desk/stations/[id]', `/desk/stations/${station}`],
    [centre, operator, 'desk/stations/settings', '/desk/stations/settings'],
    [centre, operator, 'desk/bookings', `/desk/bookings?day=${booked}`],
    [centre, operator, 'desk/bookings/new', '/desk/bookings/new'],
    [centre, operator, 'desk/bookings/things', '/desk/bookings/things'],
    [centre, operator, 'desk/bookings/elsewhere', '/desk/bookings/elsewhere'],
    [hub, staff, 'office/bookings', '/office/bookings'],
    [centre, operator, 'desk/hours', '/desk/hours'],
    [centre, operator, 'desk/procedures/new', '/desk/procedures/new'],
    [centre, operator, 'desk/paper', '/desk/paper'],
    [centre, operator, 'desk/paper/[id]', `/desk/paper/${sheet}`],
    [centre, operator, 'desk/printing', '/desk/printing'],
    [centre, operator, 'desk/suggestions', '/desk/suggestions'],
    [hub, staff, 'office/proposals/[id]', `/office/proposals/${proposal}`],
    [hub, admin, 'admin/territory/boundaries', '/admin/territory/boundaries'],
    [hub, admin, 'admin/territory/seasons', '/admin/territory/seasons'],
    [hub, admin, 'admin/territory/travel', '/admin/territory/travel'],
    [hub, '', 'events/[id]/register', `/events/${coming}/register`],
    [hub, '', 'events/place/[token]', link],
    [centre, operator, 'desk/events', '/desk/events'],
    [centre, operator, 'desk/events/new', '/desk/events/new'],
    [centre, operator, 'desk/events/[id]', own],
    [centre, operator, 'desk/events/[id]/edit', `${own}/edit`],
    [hub, team, 'office/events', '/office/events'],
    [hub, team, 'office/events/new', '/office/events/new'],
    [hub, team, 'office/events/[id]', `/office/events/${coming}`],
    [hub, team, 'office/events/[id]/edit', `/office/events/${coming}/edit`],
    [hub, team, 'office/site/new', '/office/site/new'],
    [hub, team, 'office/site/[id]', `/office/site/${page}`],
    [hub, team, 'office/site/programme', '/office/site/programme'],
  ];
  for (const [at, cookie, covers, where] of visits) {
    const answer = await ask(at, where, { headers: { cookie, accept: 'text/html' } });
    expect(answer.status, where).toBe(200);
    for (const form of formsOf(where, answer.body)) {
      // the way out stands on every page
      if (form.action.startsWith('/sign-out')) continue;
      found.push({ at, data: at.dataDir, cookie, form, covers });
    }
  }
}, 120_000);
afterAll(() => served.stop());

it('is found on its page, whichever is added', () => {
  const covered = new Set(found.map(({ covers }) => covers));
  expect([...covered, ...ELSEWHERE].toSorted()).toEqual(formRoutes().toSorted());
});

/** Operations that this installation itself wrote, open or closed; what comes from others meanwhile does not count. */
const written = (data: string) => {
  const db = new DatabaseSync(path.join(data, 'programme.db'), { readOnly: true, timeout: 5_000 });
  const count = (sql: string) => Number(Object.values(db.prepare(sql).get() ?? {})[0]);
  const own = data === served.hub.dataDir ? 0 : count("SELECT number FROM site WHERE name = 'Puerto Ocopa'");
  // one look: a segment may be closed between two
  const all = count(`SELECT (SELECT coalesce(sum(count), 0) FROM log_open) +
    (SELECT coalesce(sum(to_n - from_n + 1), 0) FROM log_applied WHERE site = ${own})`);
  db.close();
  return all;
};

const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(2)>' OR 1=1 --`;
const SENT: [name: string, value: string][] = [
  ['nothing', ''],
  ['hostile HTML', HOSTILE],
  ['a foreign id', '00000ZZZZ9'],
  ['a null byte and marks that turn the line', 'a\u0000b\u202Ec'],
  ['far too much', 'x'.repeat(40_000)],
  ['signs beyond the first plane', '🛶'.repeat(2_000)],
];

it.each(SENT)(
  'answers %s with a sentence, writes nothing and keeps what was typed',
  async (name, value) => {
    for (const { at, data, cookie, form } of found) {
      if (form.fields.length === 0) continue; // nothing can be typed there
      const what = `${form.page} ${form.action}, ${name}`;
      const before = written(data);
      const typed = form.fields.filter((field) => !(field in form.kept));
      const fields = new URLSearchParams(
        Object.fromEntries((typed.length > 0 ? typed : form.fields).map((field) => [field, value])),
      );
      for (const [field, kept] of Object.entries(form.kept)) if (typed.length > 0) fields.set(field, kept);
      const where = form.action.startsWith('/')
        ? form.action
        : `${form.page.split('?')[0]}${form.action || (form.page.includes('?') ? `?${form.page.split('?')[1]}` : '')}`;
      const origin = `http://127.0.0.1:${at.port}`;
      const answer = await ask(at, where, {
        method: 'POST',
        headers: { ...FORM, origin, cookie },
        body: fields.toString(),
      });
      expect(answer.status, what).toBeLessThan(500);
      expect(answer.body, what).not.toContain('<script>alert');
      expect(answer.body, what).not.toMatch(/<img src=x/);
      expect(answer.body, what).not.toMatch(/>\s*(refusal|field)\.[a-z-]+/);
      if (answer.status >= 400) {
        expect(answer.body, what).toContain('lang="es');
        expect(answer.body, what).toMatch(/role="alert"|<h1/);
        expect(written(data), what).toBe(before);
      }
    }
  },
  120_000,
);

it('is refused without an origin and a token, whoever sends it, and writes nothing', async () => {
  for (const { at, data, cookie, form } of found) {
    const before = written(data);
    const where = form.action.startsWith('/') ? form.action : `${form.page.split('?')[0]}${form.action}`;
    const body = new URLSearchParams(Object.fromEntries(form.fields.map((field) => [field, 'x']))).toString();
    const answer = await ask(at, where, { method: 'POST', headers: { ...FORM, cookie }, body });
    expect(answer.status, `${form.page} ${form.action}`).toBe(403);
    expect(written(data)).toBe(before);
  }
}, 60_000);

/** Forms for whoever is there, without signing in. */
const OPEN = ['/queue', '/suggestions', '/kiosk', '/events'];

it('is refused to who is signed out, with the way to sign in', async () => {
  for (const { at, form } of found) {
    if (form.page === '/sign-in' || OPEN.some((page) => form.page.startsWith(page))) continue;
    const where = form.action.startsWith('/') ? form.action : `${form.page.split('?')[0]}${form.action}`;
    const body = new URLSearchParams(
      Object.fromEntries(form.fields.map((field) => [field, form.kept[field] ?? 'x'])),
    ).toString();
    const origin = `http://127.0.0.1:${at.port}`;
    const answer = await ask(at, where, { method: 'POST', headers: { ...FORM, origin }, body });
    expect([303, 400, 401, 403], `${form.page} ${form.action}: ${answer.status}`).toContain(answer.status);
    if (answer.status === 303) expect(answer.headers.location).toContain('/sign-in');
  }
}, 60_000);
