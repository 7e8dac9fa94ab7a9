// Communities and towns of a district by name: what the desk's forms offer and its lists show.
import type { Reader } from '#platform/db';
import { listCommunities } from '#modules/territory';

export interface PlaceOption {
  value: string;
  label: string;
}

export async function placeOptions(read: Reader, district: string | undefined): Promise<PlaceOption[]> {
  const communities = district ? await listCommunities(read, district) : [];
  return communities.map((place) => ({ value: place.id, label: place.spoken }));
}

export const namesByPlace = (options: readonly PlaceOption[]): Map<string, string> =>
  new Map(options.map((option) => [option.value, option.label]));
