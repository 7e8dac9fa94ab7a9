// The desk gives a computer: to somebody with a card, without one, or whose number was called. Two operators cannot give the same one.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { optionalChoice, optionalRecordId, optionalWholeNumber, recordId } from '#platform/input';
import { finishNumber } from '#modules/queue';
import { CATEGORIES, visitPurposes } from '#modules/visits';
import { give, type Given } from '../giving.ts';
import { stationsHere } from '../here.ts';

export const startSession = defineCommand({
  name: 'stations.start',
  permission: 'stations.run',
  input: v.object({
    station: recordId(),
    person: optionalRecordId(),
    category: optionalChoice(CATEGORIES),
    /** Empty = what the rule allows. */
    minutes: optionalWholeNumber(1, 600),
    /** Number of the queue that is served by it. */
    ticket: optionalRecordId(),
    purposes: v.optional(visitPurposes()),
  }),
  async run(ctx: CommandContext, { ticket, purposes, ...rest }): Promise<Given> {
    stationsHere(ctx);
    const given = await give(ctx, { ...rest, pass: null, by: 'desk', purposes: purposes ?? [], movedFrom: null });
    if (ticket) await finishNumber(ctx, ticket);
    return given;
  },
});
