// The month counted by another way than the program's: from the raw rows of its database file, in plain loops.
import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';

export interface CountedByHand {
  attentions: number;
  internet: Record<string, number>;
  procedures: Record<string, number>;
  trainings: number;
  visits: number;
  people: number;
  unnamed: number;
  assisted: number;
  female: number;
  male: number;
}

/** `partition` of the telecentre, `month` as `2026-11`. */
export function countMonth(dataDir: string, partition: string, month: string): CountedByHand {
  const db = new DatabaseSync(path.join(dataDir, 'programme.db'), { readOnly: true, timeout: 10_000 });
  const all = (table: string) => db.prepare(`SELECT * FROM ${table}`).all() as Record<string, string | null>[];
  const voided = new Set(all('visit_void').map((row) => row['visit']));
  const profiles = new Map(all('profile_state').map((row) => [row['person'], row]));
  const joined = new Map(all('person_alias').map((row) => [row['person'], row['counts_as']]));
  const visits = new Map(
    all('visit')
      .filter((row) => row['partition'] === partition && row['day']?.startsWith(month) && !voided.has(row['id'] ?? ''))
      .map((row) => [row['id'], row]),
  );
  const count: CountedByHand = {
    ...{ attentions: 0, internet: {}, procedures: {}, trainings: 0, visits: visits.size, people: 0, unnamed: 0 },
    ...{ assisted: 0, female: 0, male: 0 },
  };
  const people = new Set<string>();
  for (const row of visits.values()) {
    if (row['person']) people.add(joined.get(row['person']) ?? row['person']);
    else count.unnamed += 1;
  }
  for (const act of all('attention')) {
    const visit = visits.get(act['visit'] ?? '');
    if (!visit) continue;
    const purpose = act['purpose'] ?? '';
    if (purpose === 'training') count.trainings += 1;
    else {
      count.attentions += 1;
      const cells = purpose === 'online-procedure' ? count.procedures : count.internet;
      const key = purpose === 'online-procedure' ? (act['institution'] ?? 'other') : purpose;
      cells[key] = (cells[key] ?? 0) + 1;
    }
    if (act['consent']) count.assisted += 1;
    const who = visit['person'];
    const sex = who
      ? profiles.get(joined.get(who) ?? who)?.['sex']
      : { woman: 'female', girl: 'female', man: 'male', boy: 'male' }[visit['category'] ?? ''];
    if (sex === 'female') count.female += 1;
    if (sex === 'male') count.male += 1;
  }
  count.people = people.size;
  db.close();
  return count;
}
