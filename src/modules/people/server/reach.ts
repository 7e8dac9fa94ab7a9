// Where an actor may look people up: partitions of districts, as beginnings of their names.
import type { ExpressionBuilder, SqlBool, Expression, StringReference } from 'kysely';
import { partition } from '#platform/partitions';
import { can, scopesFor, type Actor } from '#platform/permissions';

/** Beginnings of partition names; `all` at programme scope; empty = nowhere. A telecentre shares the cards of its district. */
export type Reach = 'all' | readonly string[];

export function reachOf(actor: Actor, permission: string): Reach {
  const scopes = scopesFor(actor, permission);
  if (scopes.some((scope) => 'programme' in scope)) return 'all';
  return scopes.flatMap((scope) =>
    'province' in scope
      ? partition.district(scope.province)
      : 'district' in scope && scope.district
        ? partition.district(scope.district)
        : [],
  );
}

/** As a condition on a partition column. `~` stands after every letter that a partition's name may have. */
export function inReach<DB, TB extends keyof DB>(
  eb: ExpressionBuilder<DB, TB>,
  column: StringReference<DB, TB>,
  reach: Reach,
): Expression<SqlBool> {
  if (reach === 'all') return eb.lit(true);
  return eb.or(
    reach.map((beginning) => eb.and([eb(column, '>=', beginning as never), eb(column, '<', `${beginning}~` as never)])),
  );
}

/** Whether the actor may see what the site keeps to itself about people. */
export function mayReadPrivate(actor: Actor, site: { id: string; district: string }): boolean {
  return can(actor, 'people.read-private', { site: site.id, district: site.district });
}
