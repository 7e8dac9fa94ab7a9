// The checker is checked: what was lost, doubled, invented or kept apart in a copy of the data is told.
import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { check, isClean, type Attempt } from '../../tools/torture/check.ts';
import { removeFolder, temporaryFolder } from './processes.ts';

const folder = temporaryFolder();
afterAll(() => removeFolder(folder));
const hub = path.join(folder, 'hub.db');
const centre = path.join(folder, 'centre.db');
const attempts: Attempt[] = Array.from({ length: 5 }, (_, at) => ({
  mark: `torture-0-${at}`,
  centre: 0,
  visit: at === 4 ? undefined : `V${at}`,
}));

beforeEach(() => {
  for (const file of [hub, centre]) {
    rmSync(file, { force: true });
    const db = new DatabaseSync(file);
    db.exec('CREATE TABLE attention (visit TEXT, procedure TEXT)');
    for (const { mark, visit } of attempts)
      if (visit) db.prepare('INSERT INTO attention VALUES (?, ?)').run(visit, mark);
    db.close();
  }
});

function harm(file: string, sql: string) {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
  return check(attempts, hub, [centre]);
}

it('finds nothing where all is well, also when an answer was lost on the way', () => {
  expect(isClean(check(attempts, hub, [centre]))).toBe(true);
  harm(hub, "INSERT INTO attention VALUES ('V9', 'torture-0-4')");
  expect(isClean(harm(centre, "INSERT INTO attention VALUES ('V9', 'torture-0-4')"))).toBe(true);
});

const HARM = [
  ['lost', "DELETE FROM attention WHERE visit = 'V1'"],
  ['twice', "INSERT INTO attention VALUES ('V7', 'torture-0-1')"],
  ['phantom', "INSERT INTO attention VALUES ('V8', 'torture-9-9')"],
  ['apart', "INSERT INTO attention VALUES ('V9', 'torture-0-4')"],
] as const;

it.each(HARM)('tells what is %s at the hub', (what, sql) => expect(harm(hub, sql)[what]).not.toEqual([]));
it.each(HARM)('tells what is %s at a telecentre', (what, sql) => expect(harm(centre, sql)[what]).not.toEqual([]));
