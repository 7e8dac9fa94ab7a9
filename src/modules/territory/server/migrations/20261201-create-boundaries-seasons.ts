// Outlines for maps, travel days and seasons.
import type { Migration } from '#platform/manifest';
import { boundary, season, travelDays } from '../tables.ts';

export const createBoundariesAndSeasons: Migration = {
  id: '20261201-create-boundaries-seasons',
  async up({ createReplicated }) {
    await createReplicated(boundary, ['ubigeo']);
    await createReplicated(travelDays, ['place']);
    await createReplicated(season, ['district']);
  },
};
