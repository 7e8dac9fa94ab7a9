// The command line as people use it: real processes, good and bad, on data that a telecentre and its hub made.
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProgram } from '../../src/cli/program.ts';
import { registerPerson } from '#modules/people';
import { registerVisit } from '#modules/visits';
import { runCommand, type Command } from '#platform/command';
import { readConfig } from '#platform/config';
import { silentLog } from '#platform/log';
import { system, type Actor } from '#platform/permissions';
import { registration } from '../support/desk.ts';
import { testDatabase } from '../support/engine.ts';
import { removeFolder, runCli, startProcess, temporaryFolder } from '../support/processes.ts';

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);
let database: string | undefined;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => removeFolder(folder));

const cli = (...args: string[]) => runCli(...args);
const centreOf = (data: string) => readConfig({ role: 'telecentre', dataDir: data, port: 0 }, {});

async function must<I, O>(
  program: Awaited<ReturnType<typeof openProgram>>,
  command: Command<I, O>,
  actor: Actor,
  input: unknown,
): Promise<O> {
  const outcome = await runCommand(program.app, command, { actor, input });
  if (!outcome.ok) throw new Error(`${command.name}: ${JSON.stringify(outcome.refusal)}`);
  return outcome.value;
}

/** Visits written straight into a telecentre's data, as its desk would. */
async function work(data: string, visits: number): Promise<string[]> {
  const program = await openProgram(centreOf(data), { log: silentLog() });
  try {
    const { id = '', district = '' } = program.app.site;
    const permissions = program.app.roles.get('operator') ?? new Set<string>();
    const operator: Actor = {
      kind: 'account',
      account: 'OPERATOR',
      grants: [{ role: 'operator', scope: { site: id, district }, permissions }],
      language: 'es',
    };
    const made: string[] = [];
    const person = await must(program, registerPerson, operator, registration({ notADuplicate: 'on' }));
    for (let one = 0; one < visits; one++)
      made.push((await must(program, registerVisit, operator, { person: person.id, purposes: ['homework'] })).id);
    return made;
  } finally {
    await program.close();
  }
}

const visitsIn = (data: string): string[] => {
  const db = new DatabaseSync(path.join(data, 'programme.db'), { readOnly: true });
  const rows = db.prepare('SELECT id FROM visit ORDER BY id').all() as { id: string }[];
  db.close();
  return rows.map(({ id }) => id);
};

it('helps, and refuses what it does not know with a clear line and exit code 2', async () => {
  const help = await cli('--help');
  expect(help.code).toBe(0);
  for (const command of [
    'start',
    'enrol',
    'sync',
    'user',
    'site',
    'courier',
    'doctor',
    'backup',
    'restore',
    'demo',
    'upgrade',
  ]) {
    expect(help.out).toContain(command);
    const own = await cli(command, '--help');
    expect(own.code, command).toBe(0);
    if (!['user', 'site', 'courier'].includes(command)) expect(own.out, command).toContain('npx ciudadania');
  }
  const wrong = await cli('start', '--rol', 'hub');
  expect(wrong).toMatchObject({ code: 2 });
  expect(wrong.err).toContain('--rol');
  const role = await cli('start', '--role', 'kitchen');
  expect(role.err).toContain('hub or telecentre');
  expect((await cli('sync', '--data', at('nothing'))).code).toBe(1);
}, 120_000);

describe.runIf(process.env.ENGINE !== 'postgres')('a telecentre and its hub', () => {
  let first: string[];
  let second: string[];
  let secret = '';
  const hubData = at('hub');
  const data = at('centre');

  it('are made by commands alone, and exchange', async () => {
    const hub = await startProcess({ role: 'hub', dataDir: hubData, args: ['--empty'] });
    try {
      const planned = await cli('site', 'add', '--data', hubData, '--name', 'Puerto Ocopa', '--district', '120608');
      expect(planned, planned.err).toMatchObject({ code: 0 });
      const { code, id } = JSON.parse(planned.out) as { code: string; id: string };
      const user = await cli(
        'user',
        'add',
        '--data',
        hubData,
        '--username',
        'rosa',
        '--name',
        'Rosa',
        '--grant',
        'operator',
        '--site',
        id,
      );
      expect(JSON.parse(user.out)).toMatchObject({ username: 'rosa' });
      const twice = await cli(
        'user',
        'add',
        '--data',
        hubData,
        '--username',
        'rosa',
        '--name',
        'Rosa',
        '--grant',
        'operator',
      );
      expect(twice.code).toBe(1);
      expect(twice.err).toMatch(/^username: [A-Z].+\.$/m);
      const enrolled = await cli('enrol', '--data', data, '--hub', hub.url, '--code', code);
      expect(enrolled, enrolled.err).toMatchObject({ code: 0 });
      expect(JSON.parse((await cli('sync', '--data', data)).out)).toMatchObject({ ok: true });
      first = await work(data, 3);
      expect(JSON.parse((await cli('sync', '--data', data)).out)).toMatchObject({ ok: true, left: false });
      expect((await cli('site', 'list', '--data', hubData)).out).toContain('enrolled');
    } finally {
      await hub.stop();
    }
    const cut = await cli('sync', '--data', data);
    expect(cut.code).toBe(1);
    expect(JSON.parse(cut.out)).toMatchObject({ ok: false, problem: 'link', left: true });
  }, 120_000);

  it('are found well by the doctor, also while they serve', async () => {
    const quiet = await cli('doctor', '--data', data, '--role', 'telecentre');
    expect(quiet, quiet.out).toMatchObject({ code: 0 });
    const hub = await startProcess({ role: 'hub', dataDir: hubData });
    const busy = await cli('doctor', '--data', hubData, '--json');
    await hub.stop();
    expect(busy, busy.out).toMatchObject({ code: 0 });
    expect((JSON.parse(busy.out) as { findings: { of: string }[] }).findings.map(({ of }) => of)).toContain('log');
  }, 120_000);

  it.each([
    ['a row that is gone', 'DELETE FROM visit WHERE id = (SELECT min(id) FROM visit)', 'digest'],
    [
      'a flipped byte in the log',
      "UPDATE log_segment SET bytes = CAST(substr(bytes, 1, 60) || x'00' || substr(bytes, 62) AS BLOB) WHERE feed = 1 AND partition LIKE 't/%'",
      'segment-damaged|signature',
    ],
    ['a segment that is gone', "DELETE FROM log_segment WHERE partition LIKE 't/%' AND feed = 1", 'gap'],
    [
      'a newer version',
      "INSERT INTO schema_migration (id, applied_at) VALUES ('29990101-from-the-future', 1)",
      'newer',
    ],
  ])(
    'the doctor finds %s',
    async (_, harm, says) => {
      const sick = at(`sick-${says.replace('|', '-')}`);
      copyData(data, sick);
      const db = new DatabaseSync(path.join(sick, 'programme.db'));
      db.exec(harm);
      db.close();
      const found = await cli('doctor', '--data', sick, '--role', 'telecentre');
      expect(found, found.out).toMatchObject({ code: 1 });
      expect(found.out).toMatch(new RegExp(says));
    },
    60_000,
  );

  it('have every month counted anew, also while they serve', async () => {
    const counted = await cli('statistics', 'recount', '--data', data, '--role', 'telecentre');
    expect([counted.code, JSON.parse(counted.out)]).toEqual([
      0,
      { months: expect.any(Number) as number, seconds: expect.any(Number) as number },
    ]);
    expect((await cli('statistics', 'recount', '--data', hubData)).code).toBe(0);
  });

  it('the doctor makes rows anew from the log: names what is lost, and writes it when asked to', async () => {
    const sick = at('sick-rows');
    copyData(data, sick);
    const open = () => new DatabaseSync(path.join(sick, 'programme.db'));
    const rebuild = (...more: string[]) => cli('doctor', '--rebuild', ...more, '--data', sick, '--role', 'telecentre');
    expect(await rebuild()).toMatchObject({ code: 0 });
    let db = open();
    const { id } = db.prepare('SELECT min(id) AS id FROM visit').get() as { id: string };
    const whole = db.prepare('SELECT * FROM visit WHERE id = ?').get(id);
    db.exec(`DELETE FROM visit WHERE id = '${id}'`);
    db.close();
    const found = await rebuild();
    expect(found, found.err).toMatchObject({ code: 1 });
    expect(found.out).toMatch(new RegExp(`^wrong t/.*1 stored otherwise, 0 repaired.*\n +lost visit ${id}$`, 'm'));
    const repaired = await rebuild('--repair', '--json');
    expect(repaired, repaired.err).toMatchObject({ code: 0 });
    expect(JSON.parse(repaired.out)).toMatchObject({ ok: true });
    db = open();
    expect(db.prepare('SELECT * FROM visit WHERE id = ?').get(id)).toEqual(whole);
    db.close();
    expect(await rebuild()).toMatchObject({ code: 0 });
    expect(await cli('doctor', '--repair', '--data', sick)).toMatchObject({ code: 1 });
    const nowhere = await cli('doctor', '--rebuild', '--data', at('nothing-here'));
    expect(nowhere).toMatchObject({ code: 1 });
    expect(nowhere.err).toContain('There are no data in');
    expect(existsSync(at('nothing-here'))).toBe(false);
  }, 60_000);

  it('the doctor finds torn pages, doors that stand open, and a folder without data', async () => {
    const torn = at('torn');
    copyData(data, torn);
    const file = path.join(torn, 'programme.db');
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 8_192, 24_576);
    writeFileSync(file, bytes);
    chmodSync(torn, 0o755);
    const found = await cli('doctor', '--data', torn, '--role', 'telecentre');
    expect(found.code).toBe(1);
    expect(found.out).toMatch(/wrong +database/);
    expect(found.out).toMatch(/wrong +files/);
    expect((await cli('doctor', '--data', at('nowhere'))).code).toBe(1);
  }, 60_000);

  it('are backed up, the key shown once, no file overwritten, nothing readable inside', async () => {
    const made = await cli('backup', at('one.backup'), '--data', data, '--role', 'telecentre');
    expect(made, made.err).toMatchObject({ code: 0 });
    secret = /AGE-SECRET-KEY-1\S+/.exec(made.err)?.[0] ?? '';
    expect(secret).not.toBe('');
    for (const name of ['one.backup', 'one.backup.keys']) {
      expect(statSync(at(name)).mode & 0o777).toBe(0o600);
      expect(readFileSync(at(name)).includes('Quispe')).toBe(false);
    }
    expect(readFileSync(path.join(data, 'recovery-recipient'), 'utf8')).not.toContain('SECRET');
    const again = await cli('backup', at('one.backup'), '--data', data, '--role', 'telecentre');
    expect(again.code).toBe(1);
    expect(again.err).toContain('never replaces');
    const other = await cli('backup', at('two.backup'), '--data', data, '--role', 'telecentre');
    expect(other.err).not.toContain('SECRET');
    expect(existsSync(at('two.backup.part')) || existsSync(at('two.backup.copy'))).toBe(false);
  }, 60_000);

  it('refuses to restore what is damaged, cut short, for another key, or into a place that is used', async () => {
    writeFileSync(at('key'), `${secret}\n`);
    const restoreInto = (file: string, key = at('key'), into = at('refused')) =>
      cli('restore', at(file), '--key-file', key, '--data', into, '--role', 'telecentre');
    const whole = readFileSync(at('one.backup'));
    const flipped = Buffer.from(whole);
    flipped[whole.length - 40] = (flipped[whole.length - 40] ?? 0) ^ 1;
    writeFileSync(at('flipped.backup'), flipped);
    writeFileSync(at('short.backup'), whole.subarray(0, whole.length - 2_000));
    writeFileSync(at('text.backup'), 'this is a letter');
    for (const name of ['flipped', 'short', 'text']) {
      copyFileSync(at('one.backup.keys'), at(`${name}.backup.keys`));
      const refused = await restoreInto(`${name}.backup`);
      expect(refused, name).toMatchObject({ code: 1 });
      expect(refused.err, name).toMatch(/damaged|cannot be opened/);
      expect(existsSync(path.join(at('refused'), 'programme.db')), name).toBe(false);
    }
    writeFileSync(at('other-key'), 'AGE-SECRET-KEY-1QQQQ');
    expect((await restoreInto('one.backup', at('other-key'))).err).toMatch(/recovery key/);
    const used = await restoreInto('one.backup', at('key'), data);
    expect(used).toMatchObject({ code: 1 });
    expect(used.err).toContain('not empty');
    const wrongRole = await cli('restore', at('one.backup'), '--key-file', at('key'), '--data', at('refused'));
    expect(wrongRole.err).toContain('--role telecentre');
  }, 120_000);

  it('loses nothing that any surviving medium holds when the disk dies after the backup', async () => {
    second = await work(data, 4);
    const hub = await startProcess({ role: 'hub', dataDir: hubData });
    try {
      const link = ['--hub', hub.url] as const;
      expect(JSON.parse((await cli('sync', '--data', data, ...link)).out)).toMatchObject({ ok: true, left: false });
      rmSync(data, { recursive: true });
      const restored = await cli(
        'restore',
        at('one.backup'),
        '--key-file',
        at('key'),
        '--data',
        data,
        '--role',
        'telecentre',
      );
      expect(restored, restored.err).toMatchObject({ code: 0 });
      expect(visitsIn(data)).toEqual(first.toSorted());
      const third = await work(data, 2);
      const report = await cli('sync', '--data', data, ...link);
      expect(JSON.parse(report.out), report.out).toMatchObject({ ok: true, left: false, differ: [] });
      const all = [...first, ...second, ...third].toSorted();
      expect(visitsIn(data)).toEqual(all);
      expect(visitsIn(hubData)).toEqual(all);
      const idle = JSON.parse((await cli('sync', '--data', data, ...link)).out) as object;
      expect(idle).toMatchObject({ operations: { up: 0, down: 0 }, differ: [] });
    } finally {
      await hub.stop();
    }
    for (const [role, where] of [
      ['telecentre', data],
      ['hub', hubData],
    ] as const) {
      const well = await cli('doctor', '--data', where, '--role', role);
      expect(well, well.out).toMatchObject({ code: 0 });
    }
  }, 120_000);

  it('sends again what was never receipted when an old image comes back', async () => {
    const unsent = await work(data, 3);
    await cli('backup', at('late.backup'), '--data', data, '--role', 'telecentre');
    // closed into segments, but the hub is out of reach
    await cli('sync', '--data', data, '--hub', 'http://127.0.0.1:9');
    await cli('backup', at('later.backup'), '--data', data, '--role', 'telecentre');
    rmSync(data, { recursive: true });
    const restored = await cli(
      'restore',
      at('later.backup'),
      '--key-file',
      at('key'),
      '--data',
      data,
      '--role',
      'telecentre',
    );
    expect(restored, restored.err).toMatchObject({ code: 0 });
    const hub = await startProcess({ role: 'hub', dataDir: hubData });
    try {
      const report = await cli('sync', '--data', data, '--hub', hub.url);
      expect(JSON.parse(report.out), report.out).toMatchObject({ ok: true, left: false, differ: [] });
    } finally {
      await hub.stop();
    }
    expect(unsent.every((id) => visitsIn(hubData).includes(id))).toBe(true);
    expect(visitsIn(hubData)).toEqual(visitsIn(data));
  }, 120_000);

  it('a hub that was restored gets back from its telecentres what it lost', async () => {
    const made = await cli('backup', at('hub.backup'), '--data', hubData);
    writeFileSync(at('hub-key'), /AGE-SECRET-KEY-1\S+/.exec(made.err)?.[0] ?? '');
    await work(data, 2);
    let hub = await startProcess({ role: 'hub', dataDir: hubData });
    await cli('sync', '--data', data, '--hub', hub.url);
    const running = await cli('restore', at('hub.backup'), '--key-file', at('hub-key'), '--data', hubData);
    expect(running).toMatchObject({ code: 1 });
    expect(running.err).toContain('using');
    await hub.stop();
    rmSync(hubData, { recursive: true });
    expect((await cli('restore', at('hub.backup'), '--key-file', at('hub-key'), '--data', hubData)).code).toBe(0);
    hub = await startProcess({ role: 'hub', dataDir: hubData });
    try {
      for (let round = 0; round < 2; round++) await cli('sync', '--data', data, '--hub', hub.url);
    } finally {
      await hub.stop();
    }
    expect(visitsIn(hubData)).toEqual(visitsIn(data));
    expect((await cli('doctor', '--data', hubData)).code).toBe(0);
  }, 120_000);

  function copyData(from: string, to: string): void {
    mkdirSync(to, { mode: 0o700 });
    for (const name of ['programme.db', 'programme.db-wal', 'keys.db'])
      if (existsSync(path.join(from, name))) copyFileSync(path.join(from, name), path.join(to, name));
  }
});

describe.runIf(process.env.ENGINE === 'postgres')('a hub on PostgreSQL', () => {
  it('is backed up and restored into an empty database, and found well', async () => {
    const make = async (databaseUrl: string, dataDir: string) =>
      openProgram(readConfig({ role: 'hub', dataDir, databaseUrl, port: 0 }, {}), { log: silentLog() });
    const source = database ?? '';
    const program = await make(source, at('pg'));
    await must(program, program.replica.sites.add, system, { name: 'Puerto Ocopa', district: '120608' });
    const ids = (await program.app.db.read.selectFrom('site').select('id').execute()).map(({ id }) => id);
    await program.close();
    const env = { DATABASE_URL: source };
    const made = await withEnv(env, () => cli('backup', at('pg.backup'), '--data', at('pg')));
    expect(made, made.err).toMatchObject({ code: 0 });
    const secret = /AGE-SECRET-KEY-1\S+/.exec(made.err)?.[0] ?? '';
    const empty = (await testDatabase()) ?? '';
    const into = { DATABASE_URL: empty, RECOVERY_KEY: secret };
    const restored = await withEnv(into, () => cli('restore', at('pg.backup'), '--data', at('pg-two')));
    expect(restored, restored.err).toMatchObject({ code: 0 });
    const again = await withEnv(into, () => cli('restore', at('pg.backup'), '--data', at('pg-two')));
    expect(again.err).toContain('not empty');
    const well = await withEnv({ DATABASE_URL: empty }, () => cli('doctor', '--data', at('pg-two')));
    expect(well, well.out).toMatchObject({ code: 0 });
    const back = await make(empty, at('pg-two'));
    expect((await back.app.db.read.selectFrom('site').select('id').execute()).map(({ id }) => id)).toEqual(ids);
    await back.close();
  }, 120_000);

  async function withEnv<T>(env: Record<string, string>, run: () => Promise<T>): Promise<T> {
    const before = { ...process.env };
    Object.assign(process.env, env);
    try {
      return await run();
    } finally {
      for (const name of Object.keys(env)) if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
      Object.assign(process.env, before);
    }
  }
});
