// A version of a field as a person reads it: words instead of codes, names instead of numbers.
import { findAccount } from '#modules/accounts';
import { OTHER, showCard, THIRD_VALUES, valueName } from '#modules/people';
import type { FieldConflict } from '#replication';
import { formatDate, formatInstant } from '#lib/format/index.ts';
import { hasText, text } from '#lib/text/index.ts';
import type { PlaceOption } from '../../places.ts';

export interface ShownField {
  column: string;
  label: string;
  /** All values that are shown, named for the form. */
  seen: string;
  options: { value: string; label: string; hint: string }[];
  /** A third value may be written. */
  third: boolean;
}

export async function shownField(
  { app, language, replica }: App.Locals,
  { column, values }: FieldConflict,
  places: readonly PlaceOption[],
): Promise<ShownField> {
  const options = [];
  for (const one of values) {
    const role = one.role && hasText(language, `accounts.role.${one.role}`) ? `accounts.role.${one.role}` : undefined;
    const account = one.actor ? await findAccount(app.db.read, one.actor) : undefined;
    const when = formatInstant(language, one.at);
    const who = [one.siteName || replica.identity.programme, role && text(language, role), account?.username];
    options.push({
      value: valueName(one),
      label: wordsFor(language, column, one.value, places),
      hint: [
        who.filter(Boolean).join(' · '),
        one.clock === 'synced' ? when : text(language, 'people.conflict.doubtful', { when }),
      ].join(', '),
    });
  }
  const third = THIRD_VALUES.includes(column);
  if (third) options.push({ value: OTHER, label: text(language, 'people.conflict.other'), hint: '' });
  const label = text(language, `people.conflict.field.${column}`);
  return { column, label, seen: values.map(valueName).join(','), options, third };
}

function wordsFor(language: string, column: string, value: unknown, places: readonly PlaceOption[]): string {
  const unknown = text(language, 'people.unknown');
  if (column === 'gone') return text(language, value === true ? 'people.conflict.gone' : 'people.conflict.listed');
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string' || value === '') return unknown;
  if (column === 'sex' || column === 'birth_basis') {
    const key = column === 'sex' ? `people.sex.${value}` : `people.conflict.basis.${value}`;
    return hasText(language, key) ? text(language, key) : value;
  }
  if (column === 'place') return places.find((place) => place.value === value)?.label ?? unknown;
  if (column === 'birth_date') return formatDate(language, value, 'long');
  return column === 'card' ? showCard(value) : value;
}
