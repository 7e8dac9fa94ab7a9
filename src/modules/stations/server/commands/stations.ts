// Computers, their place on the floor plan, and whether they can be used.
import * as v from 'valibot';
import { announce } from '#platform/changes';
import { defineCommand, type CommandContext } from '#platform/command';
import { choice, flag, optionalRecordId, optionalText, recordId, text, wholeNumber } from '#platform/input';
import { stationsHere } from '../here.ts';
import { listStations } from '../queries.ts';
import { KINDS } from '../rules.ts';

export const setStation = defineCommand({
  name: 'stations.set-station',
  permission: 'stations.manage',
  input: v.object({
    /** Empty = a new one. */
    station: optionalRecordId(),
    name: text(20),
    kind: choice(KINDS),
    room: optionalText(40),
    x: v.optional(wholeNumber(0, 11), 0),
    y: v.optional(wholeNumber(0, 11), 0),
    accessible: flag(),
    retired: flag(),
  }),
  async run(ctx: CommandContext, { station, ...row }): Promise<{ id: string }> {
    const { site, where } = stationsHere(ctx);
    const known = await listStations(ctx.tx, site.id, true);
    const namesake = known.find((one) => !one.retired && one.id !== station && one.name === row.name);
    if (namesake && !row.retired) ctx.refuse('stations.name-taken', { field: 'name' });
    ctx.afterCommit(() => announce('stations'));
    if (!station) return { id: await ctx.tx.append('station', { partition: where, state: 'in-service', ...row }) };
    if (!known.some(({ id }) => id === station)) ctx.refuse('stations.not-found');
    await ctx.tx.update('station', { partition: where, id: station }, row);
    return { id: station };
  },
});

/** Out of service with its reason, or back; who sits there is asked to move first. */
export const setService = defineCommand({
  name: 'stations.set-service',
  permission: 'stations.run',
  input: v.object({
    station: recordId(),
    state: choice(['in-service', 'out-of-service'] as const),
    why: optionalText(120),
  }),
  async run(ctx: CommandContext, { station, state, why }): Promise<null> {
    const { site, where } = stationsHere(ctx);
    if (!(await listStations(ctx.tx, site.id)).some(({ id }) => id === station)) ctx.refuse('stations.not-found');
    if (state === 'out-of-service' && !why) ctx.refuse('stations.why-needed', { field: 'why' });
    await ctx.tx.update(
      'station',
      { partition: where, id: station },
      { state, why: state === 'in-service' ? null : why },
    );
    ctx.afterCommit(() => announce('stations'));
    return null;
  },
});

/** Words that appear on one screen or on all. */
export const sendMessage = defineCommand({
  name: 'stations.send-message',
  permission: 'stations.run',
  input: v.object({ station: optionalRecordId(), text: text(200) }),
  async run(ctx: CommandContext, { station, text: words }): Promise<null> {
    const { where } = stationsHere(ctx);
    await ctx.tx.append('station_message', { partition: where, station, text: words, at: ctx.wall });
    ctx.afterCommit(() => announce('stations'));
    return null;
  },
});
