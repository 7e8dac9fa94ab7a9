// Guest passes: slips with a code that give time at a computer to somebody without a card.
import { createHash, randomInt } from 'node:crypto';
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { civilDate, wholeNumber } from '#platform/input';
import { stationsHere } from '../here.ts';

/** No letters that are read for others. */
const LETTERS = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';
const LENGTH = 6;

/** Only its digest is kept: who reads the database gets no computer time. */
export function passDigest(typed: string): string {
  const plain = typed.toUpperCase().replace(/[^A-Z0-9]/g, '');
  return createHash('sha256').update(`pass\n${plain}`).digest('base64url').slice(0, 22);
}

export const makePasses = defineCommand({
  name: 'stations.make-passes',
  permission: 'stations.run',
  input: v.object({ count: wholeNumber(1, 60), minutes: wholeNumber(5, 600), validTo: civilDate() }),
  async run(
    ctx: CommandContext,
    { count, minutes, validTo },
  ): Promise<{ codes: string[]; minutes: number; validTo: string }> {
    const { where, now } = stationsHere(ctx);
    if (validTo < now.day && ctx.clockState !== 'unknown') ctx.refuse('stations.pass-past', { field: 'validTo' });
    const codes: string[] = [];
    let batch: string | null = null;
    for (let at = 0; at < count; at++) {
      const code = Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)] ?? 'A').join('');
      const row = { partition: where, code: passDigest(code), minutes, valid_to: validTo, batch };
      const id: string = await ctx.tx.append('guest_pass', row);
      batch ??= id;
      codes.push(`${code.slice(0, 3)}-${code.slice(3)}`);
    }
    return { codes, minutes, validTo };
  },
});

/** The pass of a code, with its minutes; refuses one that is unknown or too old. */
export async function findPass(ctx: CommandContext, typed: string): Promise<{ id: string; minutes: number }> {
  const { where, now } = stationsHere(ctx);
  const row = await ctx.tx
    .selectFrom('guest_pass')
    .select(['id', 'minutes', 'valid_to'])
    .where('partition', '=', where)
    .where('code', '=', passDigest(typed))
    .limit(1)
    .executeTakeFirst();
  if (!row) return ctx.refuse('stations.pass-unknown', { field: 'pass' });
  if (row.valid_to && row.valid_to < now.day && ctx.clockState !== 'unknown')
    ctx.refuse('stations.pass-over', { field: 'pass' });
  return { id: row.id, minutes: row.minutes ?? 0 };
}
