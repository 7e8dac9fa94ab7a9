// The queue of probable duplicates, for the telecentre's page at the desk and the hub's at the office: one pair open, the next ones named.
import { redirect, type RequestEvent } from '@sveltejs/kit';
import {
  bandOf,
  countWaitingPairs,
  decideDuplicate,
  findPeopleWithNames,
  listDecidedPairs,
  listWaitingPairs,
  MOST_WAITING,
  openPair,
  showCard,
  type Likeness,
  type OpenedPair,
  type OpenedSide,
} from '#modules/people';
import { listDistricts } from '#modules/territory';
import { runCommand } from '#platform/command';
import { findSiteByNumber } from '#replication';
import { civilDateOf, formatDate } from '#lib/format/index.ts';
import { text } from '#lib/text/index.ts';
import { enterArea } from './area.ts';
import { nameOf } from './desk/desk.ts';
import { namesByPlace, placeOptions } from './desk/places.ts';
import { proofOf, runForm } from './run-form.ts';

export type QueueBase = '/desk/duplicates' | '/office/duplicates';
type At = Pick<RequestEvent, 'locals' | 'url'>;

/** One line of the comparison. */
export interface ComparedField {
  label: string;
  values: [string, string];
  /** Whether both say the same; null where one of them says nothing. */
  same: 'agrees' | 'alike' | 'differs' | null;
}

const WORDS = ['same', 'different', 'open'] as const;

export async function loadQueue({ locals, url }: At, base: QueueBase) {
  const actor = enterArea(locals, url, 'people.correct');
  const right: QueueBase = locals.app.site.role === 'hub' ? '/office/duplicates' : '/desk/duplicates';
  if (base !== right) redirect(303, right + url.search);
  const { read } = locals.app.db;
  const waiting = await listWaitingPairs(read, actor, 8);
  const decided = await listDecidedPairs(read, actor, 8);
  const count = await countWaitingPairs(read, actor);
  const asked = { person: url.searchParams.get('person') ?? '', other: url.searchParams.get('other') ?? '' };
  const chosen = asked.person ? asked : waiting[0];
  const opened = chosen && (await runCommand(locals.app, openPair, { actor, input: chosen }));
  const ids = [...waiting, ...decided].flatMap(({ person, other }) => [person, other]);
  const names = new Map((await findPeopleWithNames(read, actor, ids)).map((person) => [person.id, nameOf(person)]));
  const named = ({ person, other }: { person: string; other: string }) => ({
    person,
    other,
    names: [person, other].map((id) => names.get(id) ?? text(locals.language, 'people.no-name')),
  });
  const shown = opened?.ok ? await shownPair(locals, opened.value) : null;
  const done = WORDS.find((word) => word === url.searchParams.get('done'));
  const last = decided.find(({ person, other }) => `${person}-${other}` === url.searchParams.get('last'));
  return {
    base,
    proof: proofOf(locals),
    count,
    many: count >= MOST_WAITING,
    shown,
    refused: opened && !opened.ok ? opened.refusal.code : null,
    next: waiting
      .filter(({ person, other }) => person !== shown?.person || other !== shown.other)
      .map((pair) => ({ ...named(pair), band: bandOf(pair.score) })),
    decided: decided.map((pair) => ({ ...named(pair), verdict: pair.verdict, at: pair.at })),
    done: done && { verdict: done, pair: last && named(last) },
  };
}

async function shownPair(locals: App.Locals, { sides, likeness, decision }: OpenedPair) {
  const [a, b] = sides;
  return {
    person: a.person.id,
    other: b.person.id,
    names: [nameOf(a.person), nameOf(b.person)],
    score: likeness.score,
    band: bandOf(likeness.score),
    parts: likeness.parts,
    decision,
    fields: compared(await valuesOf(locals, a), await valuesOf(locals, b), likeness.parts),
  };
}

type Values = [label: string, value: string, part?: string][];

/** What tells people apart, as far as it may be read here; what people declared themselves to be is not asked for this. */
async function valuesOf({ app, language }: App.Locals, { person, detail, site, at }: OpenedSide): Promise<Values> {
  const { read } = app.db;
  const t = (key: string, params?: Record<string, string>) => text(language, key, params);
  const places = namesByPlace(await placeOptions(read, person.district));
  const district = (await listDistricts(read)).find(({ ubigeo }) => ubigeo === person.district)?.name ?? '';
  const day = formatDate(language, civilDateOf(at), 'short');
  const from = (await findSiteByNumber(read, site))?.name;
  const year = person.birthYear === null ? '' : String(person.birthYear);
  return [
    [t('people.form.given'), person.given, 'given'],
    [t('people.form.surnames'), person.surnames, 'surnames'],
    [
      t('people.card.born'),
      person.birthDate
        ? formatDate(language, person.birthDate, 'long')
        : person.birthBasis === 'estimated'
          ? t('people.card.born-about', { year })
          : year,
      'birth',
    ],
    [t('people.form.sex'), person.sex ? t(`people.sex.${person.sex}`) : ''],
    [t('people.form.place'), places.get(person.place ?? '') ?? ''],
    [t('people.duplicate.district'), district],
    [t('people.form.document'), detail.document ?? ''],
    [t('people.form.phone'), detail.phone ?? ''],
    [t('people.form.language'), detail.language ? t(`people.language.${detail.language}`) : ''],
    [t('people.duplicate.card'), showCard(person.card)],
    [t('people.duplicate.registered'), from ? t('people.duplicate.registered-at', { day, site: from }) : day],
  ];
}

/** What neither card says is left out; card number and registration are always two and are not judged. */
function compared(one: Values, two: Values, parts: Likeness['parts']): ComparedField[] {
  return one.flatMap(([label, a, part], at) => {
    const b = two[at]?.[1] ?? '';
    if (!a && !b) return [];
    const judged = a !== '' && b !== '' && at < one.length - 2;
    // what is written differently and speaks for one person all the same
    const alike = parts.some(({ of, points }) => of === part && points > 0);
    const same = !judged ? null : a === b ? 'agrees' : alike ? 'alike' : 'differs';
    return [{ label, values: [a, b], same }];
  });
}

/** Decides, leaves for later or takes back; then the next pair. */
export function decideInQueue({ locals, request }: Pick<RequestEvent, 'locals' | 'request'>, base: QueueBase) {
  return runForm({ locals, request }, decideDuplicate, {
    next: ({ person, other, verdict }) => `${base}?done=${verdict}&last=${person}-${other}`,
  });
}
