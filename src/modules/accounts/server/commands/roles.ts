// Roles as data: a further role, or further permissions of a shipped one. Shipped permissions come from the modules and stay.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { partition } from '#platform/partitions';
import { listRoles } from '../queries.ts';

const HOME = partition.control(partition.public);

export const setRole = defineCommand({
  name: 'accounts.set-role',
  permission: 'accounts.manage',
  input: v.object({
    name: v.pipe(
      v.string('field.invalid'),
      v.trim(),
      v.toLowerCase(),
      v.regex(/^[a-z][a-z0-9-]{2,39}$/, 'accounts.role-form'),
    ),
    permissions: v.pipe(
      v.optional(v.union([v.array(v.string('field.invalid')), v.string()], 'field.invalid'), []),
      v.transform((value) => [...new Set(typeof value === 'string' ? [value] : value)].sort()),
      v.maxLength(200, 'field.too-long'),
    ),
  }),
  scope: () => ({ programme: true }),
  async run(ctx: CommandContext, given) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    const known = new Set([...ctx.roles.values()].flatMap((permissions) => [...permissions]));
    if (given.permissions.some((permission) => !known.has(permission)))
      return ctx.refuse('accounts.permission-unknown', { field: 'permissions' });
    const permissions = JSON.stringify(given.permissions);
    const row = (await listRoles(ctx.tx)).find((one) => one.name === given.name);
    if (!row) return { id: await ctx.tx.append('role', { partition: HOME, name: given.name, permissions }) };
    await ctx.tx.update('role', { partition: HOME, id: row.id }, { permissions });
    return { id: row.id };
  },
});
