// What a site gets by how its membership stands; what it brings is taken in whatever its standing, since it may be the only copy.

/** Where every site hears of memberships. */
export const TOLD_TO_ALL = 'public/control';

/**
 * Whether a site that may hold a partition is still given it. Who was ended goes on hearing the hub's word on its own work; who was
 * compromised hears only that it was: the machine may be in other hands.
 */
export function isGiven(state: string, partition: string): boolean {
  if (state === 'enrolled') return true;
  return state === 'ended' ? partition.endsWith('/control') : partition === TOLD_TO_ALL;
}
