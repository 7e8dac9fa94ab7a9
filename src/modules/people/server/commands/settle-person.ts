// Of two versions of a field of a card somebody chooses one or writes a third; what came meanwhile stays to be chosen from.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { choice, civilDate, optionalText, recordId, text } from '#platform/input';
import { readConflicts } from '#replication';
import { checkPlace, refuseImpossibleBirth } from '../checks.ts';
import { readValueNames, valueName } from '../conflicts.ts';
import { appendProfile } from '../facts.ts';
import { kernelFields } from '../fields.ts';
import { homeOf, type Home } from '../home.ts';
import { SEXES } from '../lists.ts';
import { findPerson } from '../queries.ts';
import { person as personTable } from '../tables.ts';

/** What may be written instead of all versions, by column; of the others one is kept. */
const THIRD = {
  given_names: kernelFields.given,
  surnames: kernelFields.surnames,
  birth_year: kernelFields.birthYear,
  birth_date: civilDate(),
  sex: choice(SEXES),
  place: recordId(),
};
const isThird = (column: string): column is keyof typeof THIRD => Object.hasOwn(THIRD, column);

/** Columns in which a third value may be written. */
export const THIRD_VALUES: readonly string[] = Object.keys(THIRD);

/** Chosen instead of the name of a value: a third one. */
export const OTHER = 'other';

type Settled = string | number | boolean | null;

export const settlePerson = defineCommand({
  name: 'people.settle',
  permission: 'people.correct',
  input: v.object({
    person: recordId(),
    field: v.pipe(
      v.string('field.choose'),
      v.check((name) => Object.hasOwn(personTable.columns, name), 'field.choose'),
    ),
    /** The values that the page showed, see `valueName`. */
    seen: text(800),
    keep: v.pipe(
      v.optional(v.string('field.invalid'), ''),
      v.nonEmpty('field.choose'),
      v.maxLength(70, 'field.choose'),
    ),
    other: optionalText(80),
  }),
  async run(ctx: CommandContext, input): Promise<{ left: number }> {
    const { field: column, person: id } = input;
    const home = homeOf(ctx);
    const person = await findPerson(ctx.tx, id);
    if (!person || person.partition !== home.district) ctx.refuse('people.not-found');
    const seen = readValueNames(input.seen);
    if (!seen) ctx.refuse('field.invalid', { field: 'seen' });
    const open = await readConflicts(ctx.tx, personTable, home.district, id);
    const now = open.find((one) => one.column === column)?.values ?? [];
    const shown = now.filter((value) => seen.some((one) => valueName(one) === valueName(value)));
    if (shown.length === 0) ctx.refuse('conflicts.settled');
    const kept = now.find((one) => valueName(one) === input.keep);
    if (input.keep !== OTHER && !seen.some((one) => valueName(one) === input.keep))
      ctx.refuse('field.choose', { field: 'keep' });
    if (input.keep !== OTHER && !kept) ctx.refuse('conflicts.settled');
    const value = kept ? (kept.value as Settled) : third(ctx, column, input.other); // reason: a card has no column of bytes
    await check(ctx, home, column, value);
    await ctx.tx.settle('person', { partition: home.district, id }, [{ column, value, instead: shown }]);
    if (column === 'sex' || column === 'birth_year' || column === 'place')
      await appendProfile(ctx, home, id, { [column]: value });
    return { left: (await readConflicts(ctx.tx, personTable, home.district, id)).length };
  },
});

function third(ctx: CommandContext, column: string, typed: string | null): Settled {
  if (!isThird(column)) ctx.refuse('field.choose', { field: 'keep' });
  if (!typed) ctx.refuse('field.required', { field: 'other' });
  const parsed = v.safeParse(THIRD[column] as v.GenericSchema<unknown, Settled>, typed, { abortPipeEarly: true });
  if (!parsed.success) ctx.refuse(parsed.issues[0].message, { field: 'other' });
  return parsed.output;
}

async function check(ctx: CommandContext, home: Home, column: string, value: Settled): Promise<void> {
  if (column === 'place' && typeof value === 'string') await checkPlace(ctx, home, value);
  if (column === 'birth_year' && typeof value === 'number')
    refuseImpossibleBirth(ctx, { birthYear: value, birthDate: null });
  if (column === 'birth_date' && typeof value === 'string')
    refuseImpossibleBirth(ctx, { birthYear: Number(value.slice(0, 4)), birthDate: value });
}
