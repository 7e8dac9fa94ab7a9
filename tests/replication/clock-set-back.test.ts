// A board without a battery clock starts in 1970: what its home writes after that still stands over what it wrote before.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { closeOpenActs } from '#replication';
import { addPlace, correctPlace, findPlace } from '#modules/territory';
import { testDatabase } from '../support/engine.ts';
import { testProgram, type TestProgram } from '../support/program.ts';

let dataDir: string;
let databaseUrl: string | undefined;
let hub: TestProgram;

beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'ciudadania-test-'));
  databaseUrl = await testDatabase();
  hub = await testProgram({ dataDir, databaseUrl });
});
afterEach(async () => {
  await hub.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function startAgain(at: number): Promise<void> {
  await hub.close();
  hub = await testProgram({ dataDir, databaseUrl });
  hub.clock.set(at, 'unknown');
}

for (const closed of [false, true])
  it(`the later change is shown, the earlier one ${closed ? 'in a segment' : 'still open'}`, async () => {
    const by = () => hub.actor('administrator');
    const known = { kind: 'department', ubigeo: '990000', status: 'verify' };
    const { id } = await hub.must(addPlace, by(), { ...known, name: 'Lugar ficticio' });
    const rename = (name: string) => hub.must(correctPlace, by(), { place: id, status: 'verify', name });
    const shown = async () => (await findPlace(hub.app.db.read, id))?.name;
    await rename('Uno ficticio');
    if (closed) await closeOpenActs(hub.replica);

    await startAgain(0);
    await rename('Dos ficticio');
    expect(await shown()).toBe('Dos ficticio');
    if (closed) await closeOpenActs(hub.replica);

    await startAgain(1_000);
    await rename('Tres ficticio');
    expect(await shown()).toBe('Tres ficticio');
  });
