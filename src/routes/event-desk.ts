// Planning events and what follows, the same at the desk of a telecentre and in the office: what may be planned where, lists, forms, who came.
import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import { can, type Actor, type Scope } from '#platform/permissions';
import { findPeopleWithNames } from '#modules/people';
import {
  attendanceOf,
  attendanceSheet,
  countCells,
  findEvent,
  importCalendar,
  KINDS,
  listEvents,
  listPlaces,
  momentOf,
  scopeOfEvent,
  type EventEntry,
} from '#modules/events';
import { formatId, formatMinuteOfDay } from '#lib/format/index.ts';
import { text } from '#lib/text/index.ts';
import { nowIn, placeNames, placesOfEvent, shownEvent } from './events.ts';
import { enterArea } from './area.ts';
import { nameOf } from './desk/desk.ts';
import { proofOf, refuse, word } from './run-form.ts';

type Area = 'desk' | 'office';
interface At {
  locals: App.Locals;
  url: URL;
}

const mayPlan = ({ actor }: App.Locals, scope: Scope) => can(actor, 'events.plan', scope);

/** Districts for which this person may plan here. */
async function districtsHere(locals: App.Locals) {
  const { site } = locals.app;
  const names = await placeNames(locals);
  const own = [...names].filter(([ubigeo]) =>
    site.id ? ubigeo === site.district : mayPlan(locals, { district: ubigeo }),
  );
  return own.map(([value, label]) => ({ value, label }));
}

/** What is planned here and may be changed by this person, with drafts; the coming ones first. */
export async function manageList({ locals, url }: At, area: Area) {
  enterArea(locals, url, 'events.plan', 'events.attend');
  const { app } = locals;
  const { day } = nowIn(locals);
  const names = await placeNames(locals);
  const back = new Date(Date.parse(`${day}T00:00:00Z`) - 90 * 86_400_000).toISOString().slice(0, 10);
  const asked = { from: back, to: '9999-12-31', drafts: true, limit: 300 };
  const all = await listEvents(app.db.read, app.site.id ? { ...asked, site: app.site.id } : asked);
  const own = all.filter((event) => can(locals.actor, 'events.attend', scopeOfEvent(event)));
  const shown = own.map((event) => ({
    ...shownEvent(locals, event, names),
    state: event.state,
    over: momentOf(event, nowIn(locals)) === 'over',
  }));
  return {
    area,
    proof: proofOf(locals),
    drafts: shown.filter(({ state }) => state === 'draft'),
    coming: shown.filter(({ state, over }) => state !== 'draft' && !over),
    past: shown.filter(({ state, over }) => state !== 'draft' && over).reverse(),
    districts: await districtsHere(locals),
    mayPlan: (await districtsHere(locals)).length > 0,
    made: Number(url.searchParams.get('made') ?? 0),
    changed: Number(url.searchParams.get('changed') ?? 0),
    brought: url.searchParams.has('brought'),
    problems: url.searchParams
      .getAll('problem')
      .slice(0, 20)
      .map((one) => {
        const [code = '', ...what] = one.split(' ');
        return {
          what: what.join(' '),
          why: text(locals.language, code.startsWith('field.') ? code : `refusal.${code}`),
        };
      }),
  };
}

export async function newForm({ locals, url }: At, area: Area) {
  enterArea(locals, url, 'events.plan');
  const districts = await districtsHere(locals);
  if (districts.length === 0) error(403, text(locals.language, 'refusal.permissions.denied'));
  const { site } = locals.app;
  return {
    ...{ area, districts, kinds: [...KINDS], proof: proofOf(locals) },
    mayWide: !site.id && mayPlan(locals, { programme: true }),
    start: {
      organiser: site.id ? site.name : '',
      venue: site.id ? site.name : '',
      district: districts[0]?.value ?? '',
    },
  };
}

/** An event that this person may change here, or a page that says why not. */
async function ownEvent(locals: App.Locals, id: string): Promise<EventEntry> {
  const event = await findEvent(locals.app.db.read, id);
  if (!event) error(404, text(locals.language, 'refusal.events.not-found'));
  if (!can(locals.actor, 'events.attend', scopeOfEvent(event)))
    error(403, text(locals.language, 'refusal.permissions.denied'));
  return event;
}

const hour = (minute: number | null) => (minute === null ? '' : formatMinuteOfDay(minute));

export async function editForm({ locals, url, params }: At & { params: { id: string } }, area: Area) {
  enterArea(locals, url, 'events.plan');
  const event = await ownEvent(locals, params.id);
  const { id, day, kind, title, what, venue, organiser, audience, contact, help } = event;
  return {
    ...{ area, id, title, kinds: [...KINDS], proof: proofOf(locals) },
    start: {
      ...{ kind, title, what, day, venue, organiser },
      ...{ audience: audience ?? '', contact: contact ?? '', help: help ?? '' },
      ...{ from: hour(event.from), to: hour(event.to), closes: event.closes ?? '' },
      lastDay: event.lastDay === day ? '' : event.lastDay,
      capacity: event.capacity === null ? '' : String(event.capacity),
      kept: event.kept === null ? '' : String(event.kept),
    },
  };
}

/** Who registered, each with a name: the one that was typed, or that of the card. */
async function namedPlaces(locals: App.Locals, actor: Actor, event: EventEntry) {
  const { read } = locals.app.db;
  const places = await listPlaces(read, event);
  const ids = [...new Set(places.flatMap(({ person }) => person ?? []))];
  const people = new Map((await findPeopleWithNames(read, actor, ids)).map((one) => [one.id, nameOf(one)]));
  const unnamed = text(locals.language, 'events.people.card');
  return places.map((one) => ({ ...one, name: one.name ?? people.get(one.person ?? '') ?? unnamed }));
}

/** The list of attendance, ready for the printer. */
export async function printSheet({ locals, url, params }: At & { params: { id: string } }): Promise<Response> {
  const actor = enterArea(locals, url, 'events.plan', 'events.attend');
  const event = await ownEvent(locals, params.id);
  const places = (await namedPlaces(locals, actor, event)).filter(({ state }) => state !== 'waiting');
  const { when, venue } = shownEvent(locals, event, new Map());
  const code = formatId(event.id);
  const body = await attendanceSheet({
    ...{ title: event.title, about: `${when} · ${venue}`, code, language: locals.language },
    from: `${locals.app.site.programme} · ${event.organiser}`,
    names: places.map(({ name }) => name).sort((a, b) => a.localeCompare(b, locals.language)),
  });
  return new Response(new Uint8Array(body), {
    headers: {
      'content-type': 'application/pdf',
      'content-disposition': `attachment; filename="asistencia-${event.id}.pdf"`,
      'cache-control': 'no-store',
    },
  });
}

/** One event for who holds it: registrations by name, who came, the paper, the minutes. */
export async function manageOne({ locals, url, params }: At & { params: { id: string } }, area: Area) {
  const actor = enterArea(locals, url, 'events.plan', 'events.attend');
  const { app } = locals;
  const { read } = app.db;
  const event = await ownEvent(locals, params.id);
  const places = await namedPlaces(locals, actor, event);
  const came = await attendanceOf(read, event.id);
  const now = nowIn(locals);
  const where = event.partition.startsWith('t/') ? app.site.id !== undefined : app.site.role === 'hub';
  return {
    ...{ area, event, cells: countCells() },
    proof: proofOf(locals),
    shown: shownEvent(locals, event, await placeNames(locals)),
    words: (await placesOfEvent(locals, event)).words,
    mayChange: where && can(actor, 'events.plan', scopeOfEvent(event)),
    begun: now.day >= event.day,
    over: momentOf(event, now) === 'over',
    code: formatId(event.id),
    total: came.total,
    places: places.map(({ id, person, name, state, before }) => ({
      ...{ id, state, before, name },
      came: came.places.includes(id) || (person !== null && came.persons.includes(person)),
    })),
    saved: url.searchParams.has('saved'),
  };
}

/** A file from another calendar. What could not be read is told, everything else is there as drafts. */
export async function bringCalendar({ locals, request }: Pick<RequestEvent, 'locals' | 'request'>, area: Area) {
  const form = await request.formData();
  const fields = { district: word(form, 'district'), organiser: word(form, 'organiser'), venue: word(form, 'venue') };
  const file = form.get('file');
  const content = file instanceof File && file.size > 0 ? await file.text() : '';
  const outcome = await importCalendar(locals.app, locals.actor, content, fields);
  if (!outcome.ok) return refuse('events.import', outcome.refusal, fields);
  const { made, changed, problems } = outcome.value;
  const told = [
    ['brought', ''],
    ['made', String(made)],
    ['changed', String(changed)],
    ...problems.slice(0, 20).map(({ what, code }) => ['problem', `${code} ${what}`]),
  ];
  redirect(303, `/${area}/events?${new URLSearchParams(told).toString()}`);
}
