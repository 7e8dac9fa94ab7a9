// Who stands at the desk and which telecentre it is; what its pages show of people and visits.
import { error, redirect } from '@sveltejs/kit';
import type { Reader } from '#platform/db';
import { holdsSomewhere, type Actor } from '#platform/permissions';
import { text } from '#lib/text/index.ts';
import { findPeopleWithNames, showCard, type PersonWithNames, type ProbableDuplicate } from '#modules/people';
import type { ListedPerson } from '#modules/people/ui';
import type { VisitEntry } from '#modules/visits';

export interface Desk {
  actor: Actor;
  read: Reader;
  language: string;
  /** Absent at the hub, where nobody walks in. */
  site: { id: string; district: string } | undefined;
}

/** Signed out: to the sign-in, and back. Without the permission anywhere: refused. */
export function openDesk(locals: App.Locals, url: URL, permission = 'people.read'): Desk {
  const { app, actor, language } = locals;
  if (actor.kind === 'anonymous') redirect(303, `/sign-in?next=${encodeURIComponent(url.pathname + url.search)}`);
  if (!holdsSomewhere(actor, permission)) error(403, text(language, 'refusal.permissions.denied'));
  const { id, district } = app.site;
  return { actor, read: app.db.read, language, site: id && district ? { id, district } : undefined };
}

/** A page that a command refuses to open: says why, since a full disk is not somebody who does not exist. */
export function refusePage(language: string, code: string): never {
  if (code === 'input.invalid' || code === 'people.not-found') error(404, text(language, 'refusal.people.not-found'));
  error(code === 'permissions.denied' ? 403 : 503, text(language, `refusal.${code}`));
}

export function nameOf(person: Pick<PersonWithNames, 'given' | 'surnames'>): string {
  return `${person.given} ${person.surnames}`.trim();
}

export function listed(
  people: readonly (PersonWithNames & Partial<Pick<ProbableDuplicate, 'likeness'>>)[],
  places: ReadonlyMap<string, string>,
): ListedPerson[] {
  return people.map((person) => ({
    id: person.id,
    name: nameOf(person),
    card: showCard(person.card),
    birthYear: person.birthYear,
    place: places.get(person.place ?? '') ?? '',
    parts: person.likeness?.parts,
  }));
}

export interface ListedVisit extends VisitEntry {
  /** Name, or what could be seen of who came without a card. */
  who: string;
}

export async function withNames(desk: Desk, visits: readonly VisitEntry[]): Promise<ListedVisit[]> {
  const ids = [...new Set(visits.flatMap((visit) => visit.person ?? []))];
  const people = new Map((await findPeopleWithNames(desk.read, desk.actor, ids)).map((person) => [person.id, person]));
  return visits.map((visit) => {
    const person = visit.person ? people.get(visit.person) : undefined;
    const unnamed = visit.category ? `visits.category.${visit.category}` : 'people.no-name';
    return { ...visit, who: person ? nameOf(person) : text(desk.language, unnamed) };
  });
}
