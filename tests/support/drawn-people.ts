// Drawn people and what goes wrong when one of them is written down twice: for tests and benchmarks of duplicates. Nobody of these exists.
import type { Named } from '../../src/modules/people/server/similarity.ts';

export const GIVEN = (
  'María José Luis Rosa Carmen Juan Ana Víctor Elena Julio Norma Percy Yesenia Wilmer Luz Kemari Shirampari Edith Raúl Nélida ' +
  'Guillermo Zoila Quintina Hermelinda Cesar Lidia Marina Sara Wilder Hugo Noé Iván Saúl Yesica ' +
  'Gerardo Gisela Eugenia Jesús'
).split(' ');
export const SURNAMES = (
  'Quispe Huamán Flores Rojas Sánchez García Rodríguez Mendoza Camposh Tsirotsi Samaniego Chávez Villegas Ríos Torres Ramos Pérez ' +
  'Vargas Castro Cárdenas Poma Ñaco Shumpate Antúnez Bernales Kinchori Mahuanca Pachacamac Santos Leiva Ñaupari Cenepo Valbuena ' +
  'Ibáñez Maceda Jiménez'
).split(' ');
const PLACES = Array.from({ length: 12 }, (_, at) => `PLACE${at}`);

export interface Drawn extends Named {
  birthYear: number | null;
  birthDate: string | null;
  place: string | null;
  sex: string;
}

/** The same numbers at every run. */
export function drawing(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Draw = ReturnType<typeof drawing>;
const pick = <T>(list: readonly T[], draw: Draw): T => list[draw(list.length)] as T; // reason: the index is below the length
/** Names at the beginning of the list are several times as common as those at its end. */
const common = <T>(list: readonly T[], draw: Draw): T => list[Math.min(draw(list.length), draw(list.length))] as T; // reason: as above
const two = (n: number) => String(n).padStart(2, '0');

/** Most have two given names and two surnames; of two in three the day of birth is known, of three in four the community. */
export function drawPerson(draw: Draw): Drawn {
  const birthYear = 1940 + draw(75);
  const given = draw(3) === 0 ? [common(GIVEN, draw)] : [common(GIVEN, draw), common(GIVEN, draw)];
  const surnames = draw(10) === 0 ? [common(SURNAMES, draw)] : [common(SURNAMES, draw), common(SURNAMES, draw)];
  return {
    given: [...new Set(given)].join(' '),
    surnames: surnames.join(' '),
    birthYear,
    birthDate: draw(3) > 0 ? `${birthYear}-${two(1 + draw(12))}-${two(1 + draw(28))}` : null,
    sex: draw(2) === 0 ? 'female' : 'male',
    place: draw(4) > 0 ? pick(PLACES, draw) : null,
  };
}

/** Null where this person offers nothing to get wrong in this way. */
export type Mistake = (person: Drawn, draw: Draw) => Drawn | null;

function changed(person: Drawn, change: (text: string) => string): Drawn | null {
  const given = change(person.given);
  const surnames = change(person.surnames);
  return given === person.given && surnames === person.surnames ? null : { ...person, given, surnames };
}
const letters =
  (...steps: [RegExp, string][]): Mistake =>
  (person) =>
    changed(person, (text) => steps.reduce((written, [from, to]) => written.replace(from, to), text));

/** A letter of a word of five or more is left out, doubled wrongly, exchanged with the next or hit beside its key. */
function slip(text: string, draw: Draw): string {
  const words = text.split(' ');
  const long = words.flatMap((word, at) => (word.length >= 5 ? [at] : []));
  if (long.length === 0) return text;
  const at = pick(long, draw);
  const word = words[at] ?? '';
  const i = 1 + draw(word.length - 2);
  const [a = '', b = ''] = [word[i], word[i + 1]];
  const kinds = [
    word.slice(0, i) + word.slice(i + 1),
    word.slice(0, i) + b + a + word.slice(i + 2),
    word.slice(0, i) + 'aeimnrst'.charAt(draw(8)) + word.slice(i + 1),
    word.slice(0, i) + 'aeimnrst'.charAt(draw(8)) + word.slice(i),
  ];
  words[at] = pick(kinds, draw);
  return words.join(' ');
}

const year =
  (off: number): Mistake =>
  (person) =>
    person.birthYear === null
      ? null
      : {
          ...person,
          birthYear: person.birthYear + off,
          birthDate: person.birthDate && `${person.birthYear + off}${person.birthDate.slice(4)}`,
        };

export const MISTAKES: Record<string, Mistake> = {
  'same words': (person) => ({ ...person }),
  accents: (person) => changed(person, (text) => text.normalize('NFD').replace(/\p{M}/gu, '')),
  capitals: (person) => changed(person, (text) => text.toUpperCase()),
  'b and v': (person) =>
    changed(person, (text) =>
      text.replace(/[bv]/gi, (letter) => ({ b: 'v', v: 'b', B: 'V', V: 'B' })[letter] ?? letter),
    ),
  's, z and c': letters([/z/g, 's'], [/s(?=[aou])/g, 'z'], [/c(?=[eiéí])/g, 's'], [/C(?=[eiéí])/g, 'S'], [/Z/g, 'S']),
  'll and y': letters([/ll/g, 'y'], [/Y(?=[aeiou])/g, 'Ll']),
  'k, c and qu': letters([/Qu(?=[ií])/g, 'K'], [/K(?=[ei])/g, 'Qu'], [/C(?=[aouáóú])/g, 'K'], [/c(?=[ao])/g, 'k']),
  'mute h': letters([/\bH/g, ''], [/\b([AEIOU])(?=[a-zñáéíóú])/g, 'H$1'], [/uanca/g, 'huanca']),
  'g and j': letters([/g(?=[eií])/g, 'j'], [/J(?=[eií])/g, 'G'], [/G(?=[eií])/g, 'J'], [/Guam/g, 'Huam']),
  'n and ñ': letters([/ñ/g, 'n'], [/Ñ/g, 'N']),
  'doubled letters': letters([/([nlrt])(?=[aeiou])(?!\1)/g, '$1$1'], [/lla/g, 'la']),
  transliteration: letters(
    [/Ts/g, 'Tz'],
    [/ts/g, 'ch'],
    [/Sh/g, 'S'],
    [/sh/g, 's'],
    [/Huam/g, 'Wam'],
    [/o(?=[sr])/g, 'u'],
  ),
  'one letter wrong in a given name': (person, draw) =>
    changed(person, (text) => (text === person.given ? slip(text, draw) : text)),
  'one letter wrong in a surname': (person, draw) =>
    changed(person, (text) => (text === person.surnames ? slip(text, draw) : text)),
  'surnames swapped': (person) =>
    person.surnames.includes(' ') ? { ...person, surnames: person.surnames.split(' ').toReversed().join(' ') } : null,
  'second surname missing': (person) =>
    person.surnames.includes(' ') ? { ...person, surnames: person.surnames.split(' ')[0] ?? '' } : null,
  'given names in another order': (person) =>
    person.given.includes(' ') ? { ...person, given: person.given.split(' ').toReversed().join(' ') } : null,
  'one given name missing': (person, draw) =>
    person.given.includes(' ') ? { ...person, given: person.given.split(' ')[draw(2)] ?? '' } : null,
  'names written together': (person) =>
    person.given.includes(' ') ? { ...person, given: person.given.replace(' ', '').toLowerCase() } : null,
  'given names and surnames exchanged': (person) => ({ ...person, given: person.surnames, surnames: person.given }),
  'birth year one more or less': (person, draw) => year(draw(2) === 0 ? 1 : -1)(person, draw),
  'day and month swapped': (person) => {
    const [born, month = '', day = ''] = (person.birthDate ?? '').split('-');
    return person.birthDate && Number(day) <= 12 && month !== day
      ? { ...person, birthDate: `${born}-${day}-${month}` }
      : null;
  },
  'year of birth unknown': (person) => ({ ...person, birthYear: null, birthDate: null }),
  'another community': (person, draw) => (person.place ? { ...person, place: `PLACE${12 + draw(12)}` } : null),
  'two mistakes at once': (person, draw) => {
    const first = MISTAKES['one given name missing']?.(person, draw) ?? person;
    const spelled = letters([/v/g, 'b'], [/z/g, 's'], [/Qu(?=i)/g, 'K'], [/ll/g, 'y'])(first, draw) ?? first;
    return year(draw(2) === 0 ? 1 : -1)(spelled, draw);
  },
};

/** Month and day, both others than in this date and not the two exchanged. */
function anotherDay(date: string, draw: Draw): string {
  const [month, day] = [Number(date.slice(5, 7)), Number(date.slice(8))];
  return `-${two(((month + draw(11)) % 12) + 1)}-${two(((Math.max(day, 12) + draw(15)) % 28) + 1)}`;
}

/** Other people who are easily taken for this one: what must not be asked, or ranks low. */
export const LOOK_ALIKES: Record<string, Mistake> = {
  'homonym of another year': (person, draw) => {
    const birthYear = (person.birthYear ?? 1980) + (draw(2) === 0 ? 1 : -1) * (2 + draw(30));
    return { ...person, birthYear, birthDate: person.birthDate && `${birthYear}${anotherDay(person.birthDate, draw)}` };
  },
  'homonym of another day and community': (person, draw) =>
    person.birthDate && person.place && person.birthYear !== null
      ? {
          ...person,
          place: `PLACE${12 + draw(12)}`,
          birthDate: `${person.birthYear}${anotherDay(person.birthDate, draw)}`,
        }
      : null,
  'brother or sister': (person, draw) => {
    const others = GIVEN.filter((name) => !person.given.includes(name));
    const sibling = year((draw(2) === 0 ? 1 : -1) * (1 + draw(3)))(person, draw);
    return (
      sibling && {
        ...sibling,
        given: `${pick(others, draw)} ${pick(others, draw)}`,
        sex: draw(2) === 0 ? 'female' : 'male',
      }
    );
  },
  twin: (person, draw) => {
    const others = GIVEN.filter((name) => !person.given.includes(name));
    const second = person.given.split(' ')[1];
    return { ...person, given: `${pick(others, draw)}${second ? ` ${second}` : ''}` };
  },
};
