// Fills an empty hub with the programme's territory and holidays; a second run changes nothing.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { partition } from '#platform/partitions';
import { listDistricts } from '../queries.ts';
import {
  COMMUNITIES,
  DEPARTMENT,
  DISTRICTS,
  HOLIDAY_SOURCE,
  HOLIDAYS,
  PROVINCE,
  sourceOf,
  UBIGEO_SOURCE,
} from '../seed.ts';

export const seedTerritory = defineCommand({
  name: 'territory.seed',
  permission: 'territory.manage',
  input: v.object({}),
  async run(ctx: CommandContext) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    if ((await listDistricts(ctx.tx)).length > 0) return { added: 0 };
    let added = 0;
    const add = (table: string, row: Record<string, unknown>) => {
      added += 1;
      return ctx.tx.append(table, { partition: partition.public, ...row });
    };
    const unit = (kind: string, seed: typeof PROVINCE, more: Record<string, unknown>) => {
      const { ubigeo, reniec, name, latitude, longitude, since } = seed;
      const where = { ubigeo, reniec, name, latitude, longitude, source: sourceOf(seed), status: 'secondary' };
      return add('place', { kind, ...where, valid_from: since ?? null, ...more });
    };
    const department = await unit('department', DEPARTMENT, {});
    const province = await unit('province', PROVINCE, { parent: department });
    const districts = new Map<string, string>();
    for (const seed of DISTRICTS) {
      const spoken = seed.spoken.length > 0 ? JSON.stringify(seed.spoken) : null;
      const id = await unit('district', seed, { spoken, in_programme: seed.inProgramme, parent: province });
      districts.set(seed.ubigeo, id);
      const { capital: name, latitude, longitude } = seed;
      const place = {
        kind: 'capital',
        name,
        latitude,
        longitude,
        parent: id,
        source: UBIGEO_SOURCE,
        status: 'secondary',
      };
      await add('place', place);
    }
    for (const { district, ...community } of COMMUNITIES)
      await add('place', { kind: 'community', ...community, parent: districts.get(district) ?? null });
    for (const [day, name] of HOLIDAYS)
      await add('holiday', { day, name, scope: '', source: HOLIDAY_SOURCE, status: 'text' });
    return { added };
  },
});
