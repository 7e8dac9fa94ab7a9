// Fills an empty hub with the programme's territory and holidays; a second run changes nothing.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { partition } from '#platform/partitions';
import { listDistricts } from '../queries.ts';
import { COMMUNITIES, DEPARTMENT, DISTRICTS, HOLIDAY_SOURCE, HOLIDAYS, PROVINCE, UBIGEO_SOURCE } from '../seed.ts';

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
    const from = { source: UBIGEO_SOURCE, status: 'secondary' };
    const department = await add('place', { kind: 'department', ...DEPARTMENT, ...from, in_programme: false });
    const province = await add('place', {
      kind: 'province',
      ...PROVINCE,
      ...from,
      parent: department,
      in_programme: true,
    });
    const districts = new Map<string, string>();
    for (const { spoken, inProgramme, ...district } of DISTRICTS) {
      const said = spoken.length > 0 ? JSON.stringify(spoken) : null;
      districts.set(
        district.ubigeo,
        await add('place', {
          kind: 'district',
          ...district,
          spoken: said,
          in_programme: inProgramme,
          parent: province,
          ...from,
        }),
      );
    }
    for (const { name, district, status } of COMMUNITIES) {
      await add('place', {
        kind: 'community',
        name,
        parent: districts.get(district) ?? null,
        in_programme: true,
        source: UBIGEO_SOURCE,
        status,
      });
    }
    for (const [day, name] of HOLIDAYS)
      await add('holiday', { day, name, scope: '', source: HOLIDAY_SOURCE, status: 'text' });
    return { added };
  },
});
