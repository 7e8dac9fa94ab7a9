// Who lives with whom: the household somebody came into last and has not left.
import type { Reader } from '#platform/db';

interface Step {
  id: string;
  household: string | null;
  person: string | null;
  role: string | null;
  step: string | null;
  made_at: number;
}

/** Each person's household from all steps, in whatever order they arrived: the latest step says it. */
function membersNow(steps: readonly Step[]): Map<string, { household: string; role: string | null }> {
  const latest = new Map<string, Step>();
  for (const step of steps) {
    if (!step.person || !step.household) continue;
    const known = latest.get(step.person);
    if (!known || step.made_at > known.made_at || (step.made_at === known.made_at && step.id > known.id))
      latest.set(step.person, step);
  }
  return new Map(
    [...latest].flatMap(([person, { household, role, step }]) =>
      step === 'in' && household ? [[person, { household, role }] as const] : [],
    ),
  );
}

async function stepsOfPeople(reader: Reader, people: readonly string[]): Promise<Step[]> {
  if (people.length === 0) return [];
  return reader
    .selectFrom('household_member')
    .select(['id', 'household', 'person', 'role', 'step', 'made_at'])
    .where('person', 'in', people.slice(0, 500))
    .execute();
}

export async function findHousehold(reader: Reader, person: string): Promise<string | undefined> {
  return membersNow(await stepsOfPeople(reader, [person])).get(person)?.household;
}

/** Ids and roles of the people who live together with a person, herself included; at most 100. */
export async function listHousehold(
  reader: Reader,
  person: string,
): Promise<{ person: string; role: string | null }[]> {
  const household = await findHousehold(reader, person);
  if (!household) return [];
  const came = await reader
    .selectFrom('household_member')
    .select('person')
    .distinct()
    .where('household', '=', household)
    .limit(100)
    .execute();
  const now = membersNow(
    await stepsOfPeople(
      reader,
      came.flatMap((row) => row.person ?? []),
    ),
  );
  return [...now]
    .filter(([, member]) => member.household === household)
    .map(([id, member]) => ({ person: id, role: member.role }));
}
