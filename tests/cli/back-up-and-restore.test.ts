// Backups where it goes wrong: power cut in the middle, keys that are damaged or another's, old files in the way, a key copied from paper.
import { spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secondMediumJob } from '../../src/cli/second-medium.ts';
import { openProgram } from '../../src/cli/program.ts';
import { openKeyFile } from '#replication';
import { readConfig } from '#platform/config';
import { runJob } from '#platform/jobs';
import { silentLog } from '#platform/log';
import { removeFolder, runCli, temporaryFolder } from '../support/processes.ts';

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);
afterAll(() => removeFolder(folder));

/** More keys than are read before a file's first line is known. */
const MANY = 3_000;
const subject = (n: number) => `P${String(n).padStart(6, '0')}`;

describe.runIf(process.env.ENGINE !== 'postgres')('a backup and its way back', () => {
  const hub = at('hub');
  let secret = '';
  const restore = (file: string, into: string, key = at('key')) =>
    runCli('restore', at(file), '--key-file', key, '--data', at(into));
  const siteNames = (into: string) => {
    const db = new DatabaseSync(path.join(at(into), 'programme.db'), { readOnly: true });
    const rows = db.prepare('SELECT name FROM site').all() as { name: string }[];
    db.close();
    return rows.map(({ name }) => name);
  };

  beforeAll(async () => {
    await runCli('site', 'add', '--data', hub, '--name', 'Puerto Ocopa', '--district', '120608');
    const keys = openKeyFile(path.join(hub, 'keys.db'));
    await keys.put(
      Array.from({ length: MANY }, (_, n) => ({
        partition: 'd/120608',
        subject: subject(n),
        key: new Uint8Array(32).fill(n % 251),
      })),
    );
    await keys.destroy('d/120608', subject(7));
    await keys.close();
    const made = await runCli('backup', at('whole.backup'), '--data', hub);
    secret = /AGE-SECRET-KEY-1\S+/.exec(made.err)?.[0] ?? '';
    expect(secret).not.toBe('');
    writeFileSync(at('key'), secret);
  }, 60_000);

  it('never puts anything in clear where the backup goes, and its copy opens for the owner only', async () => {
    const big = at('big');
    mkdirSync(big, { mode: 0o700 });
    for (const name of readdirSync(hub))
      if (statSync(path.join(hub, name)).isFile()) copyFileSync(path.join(hub, name), path.join(big, name));
    const db = new DatabaseSync(path.join(big, 'programme.db'));
    db.exec('CREATE TABLE filling (bytes BLOB)');
    const fill = db.prepare('INSERT INTO filling VALUES (randomblob(1000000))');
    for (let piece = 0; piece < 60; piece++) fill.run();
    db.close();
    const stick = at('stick');
    mkdirSync(stick);
    const onStick = new Set<string>();
    const copies = new Map<string, number>();
    const child = spawn(
      process.execPath,
      ['src/cli/ciudadania.js', 'backup', path.join(stick, 'x.backup'), '--data', big],
      { stdio: 'ignore' },
    );
    const watching = setInterval(() => {
      for (const name of readdirSync(stick)) onStick.add(name);
      for (const name of readdirSync(big))
        if (name.endsWith('.copy')) {
          copies.set(name, statSync(path.join(big, name)).mode & 0o777);
          child.kill('SIGKILL');
        }
    }, 1);
    await new Promise((resolve) => child.once('exit', resolve));
    clearInterval(watching);
    const [left = ''] = copies.keys();
    expect(copies.get(left)).toBe(0o600);
    expect([...onStick].filter((name) => !/^x\.backup(\.keys)?(\.part)?$/.test(name))).toEqual([]);
    for (const name of readdirSync(stick))
      expect(readFileSync(path.join(stick, name)).subarray(0, 20).toString(), name).toContain('age-encryption.org');
    // what the cut left is found, and removed by the next backup
    expect((await runCli('doctor', '--data', big)).out).toContain(left);
    expect(await runCli('backup', path.join(stick, 'y.backup'), '--data', big)).toMatchObject({ code: 0 });
    expect(readdirSync(big).filter((name) => name.endsWith('.copy'))).toEqual([]);
  }, 60_000);

  it('refuses damaged keys before anything of the data can be seen', async () => {
    copyFileSync(at('whole.backup'), at('torn.backup'));
    const keys = readFileSync(at('whole.backup.keys'));
    writeFileSync(at('torn.backup.keys'), keys.subarray(0, keys.length - 30));
    const refused = await restore('torn.backup', 'torn');
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/damaged/);
    expect(existsSync(at('torn'))).toBe(false);
    rmSync(at('torn.backup.keys'));
    expect((await restore('torn.backup', 'torn')).err).toContain('torn.backup.keys is not there');
  }, 60_000);

  it('keeps destroyed keys destroyed, of the backup and of the store that survived', async () => {
    mkdirSync(at('survived'), { mode: 0o700 });
    copyFileSync(path.join(hub, 'keys.db'), path.join(at('survived'), 'keys.db'));
    const here = openKeyFile(path.join(at('survived'), 'keys.db'));
    await here.destroy('d/120608', subject(8)); // after the backup
    await here.close();
    expect(await restore('whole.backup', 'survived')).toMatchObject({ code: 0 });
    expect(await restore('whole.backup', 'fresh')).toMatchObject({ code: 0 });
    const states = async (into: string) => {
      const keys = openKeyFile(path.join(at(into), 'keys.db'), { readOnly: true });
      const found = [];
      for (const n of [7, 8, MANY - 1]) found.push(await keys.state('d/120608', subject(n)));
      await keys.close();
      return found;
    };
    expect(await states('survived')).toEqual(['destroyed', 'destroyed', 'here']);
    expect(await states('fresh')).toEqual(['destroyed', 'here', 'here']);
    expect(siteNames('fresh')).toEqual(['Puerto Ocopa']);
    expect(await runCli('doctor', '--data', at('fresh'))).toMatchObject({ code: 0 });
  }, 60_000);

  it('refuses a place with the keys of another installation, or with what an old database left', async () => {
    await runCli('site', 'add', '--data', at('other'), '--name', 'Mazamari', '--district', '120604');
    mkdirSync(at('mixed'), { mode: 0o700 });
    copyFileSync(path.join(at('other'), 'keys.db'), path.join(at('mixed'), 'keys.db'));
    const before = readFileSync(path.join(at('mixed'), 'keys.db'));
    const refused = await restore('whole.backup', 'mixed');
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('another installation');
    expect(readFileSync(path.join(at('mixed'), 'keys.db')).equals(before)).toBe(true);
    expect(existsSync(path.join(at('mixed'), 'programme.db'))).toBe(false);
    mkdirSync(at('wal'), { mode: 0o700 });
    writeFileSync(path.join(at('wal'), 'programme.db-wal'), 'frames of another database');
    expect((await restore('whole.backup', 'wal')).err).toContain('not empty');
  }, 60_000);

  it('takes up what a restore that was cut short left', async () => {
    mkdirSync(at('again'), { mode: 0o700 });
    writeFileSync(path.join(at('again'), 'programme.db.restoring'), 'half');
    expect(await restore('whole.backup', 'again')).toMatchObject({ code: 0 });
    expect(readdirSync(at('again')).filter((name) => name.includes('restoring'))).toEqual([]);
    expect(siteNames('again')).toEqual(['Puerto Ocopa']);
  }, 60_000);

  it('opens with the key as it was copied from paper, and says when a letter is wrong', async () => {
    const groups = secret.toLowerCase().replace(/(.{4})/g, '$1 ');
    writeFileSync(at('paper'), `# recovery key\n${groups.slice(0, 40)}\n${groups.slice(40)}\n`);
    expect(await restore('whole.backup', 'paper-data', at('paper'))).toMatchObject({ code: 0 });
    const wrong = secret.slice(0, -1) + (secret.endsWith('Q') ? 'P' : 'Q');
    writeFileSync(at('misread'), wrong);
    expect((await restore('whole.backup', 'misread-data', at('misread'))).err).toContain('check every letter');
    expect((await restore('whole.backup', 'misread-data', at('no-file'))).err).toContain('There is no file');
    expect((await runCli('backup', at('nowhere/x.backup'), '--data', hub)).err).toContain('There is no folder');
  }, 60_000);

  it('goes onto the second medium by itself, seven nights of it, and says what it lacks', async () => {
    const medium = at('medium');
    const program = await openProgram(readConfig({ role: 'hub', dataDir: hub, port: 0, secondMedium: medium }, {}), {
      log: silentLog(),
    });
    const state = () => program.app.db.read.selectFrom('job_state').selectAll().executeTakeFirst();
    const run = async () => {
      await program.app.db.transaction((tx) =>
        tx.local
          .insertInto('job_state')
          .values({ name: secondMediumJob.name, last_started: 1, last_finished: null, last_error: null })
          .onConflict((conflict) => conflict.doNothing())
          .execute(),
      );
      await runJob(program.app, secondMediumJob);
    };
    try {
      await run();
      expect((await state())?.last_error).toContain('connect the second medium');
      mkdirSync(medium);
      const night = (day: number) => `hub-0-2026-01-0${day}.backup`;
      for (let day = 1; day <= 9; day++)
        for (const name of [night(day), `${night(day)}.keys`]) writeFileSync(path.join(medium, name), 'older');
      for (const name of ['hub-0-2026-01-09.backup.part', 'telecentre-7-2026-01-01.backup'])
        writeFileSync(path.join(medium, name), 'half, or another’s');
      await run();
      expect((await state())?.last_error).toBeNull();
      await run(); // the same night again
      expect((await state())?.last_error).toBeNull();
      const kept = readdirSync(medium);
      const mine = kept.filter((name) => name.startsWith('hub-0-') && name.endsWith('.backup')).sort();
      expect(mine).toHaveLength(7);
      expect(mine[0]).toBe(night(4));
      expect(
        kept
          .filter((name) => name.endsWith('.keys'))
          .map((name) => name.slice(0, -5))
          .sort(),
      ).toEqual(mine);
      expect(kept).toContain('telecentre-7-2026-01-01.backup');
      expect(kept.filter((name) => name.endsWith('.part'))).toEqual([]);
      copyFileSync(path.join(medium, mine[6] ?? ''), at('night.backup'));
      copyFileSync(path.join(medium, `${mine[6]}.keys`), at('night.backup.keys'));
    } finally {
      await program.close();
    }
    expect(await restore('night.backup', 'night')).toMatchObject({ code: 0 });
    rmSync(path.join(hub, 'recovery-recipient'));
    const nobody = await openProgram(readConfig({ role: 'hub', dataDir: hub, port: 0, secondMedium: medium }, {}), {
      log: silentLog(),
    });
    await expect(secondMediumJob.run(nobody.app)).rejects.toThrow('by hand');
    await nobody.close();
  }, 60_000);

  it('the doctor makes nothing, and sees keys that are missing, open doors and an unplugged second medium', async () => {
    expect((await runCli('doctor', '--data', hub)).out).toMatch(/^ok +files/m);
    const look = async (into: string) => runCli('doctor', '--data', at(into));
    await restore('whole.backup', 'sick');
    chmodSync(path.join(at('sick'), 'programme.db'), 0o644);
    const open = await look('sick');
    expect(open).toMatchObject({ code: 0 });
    expect(open.out).toMatch(/^attention files .*programme\.db/m);
    process.env.SECOND_MEDIUM = at('unplugged');
    const unplugged = await look('sick');
    delete process.env.SECOND_MEDIUM;
    expect(unplugged.out).toMatch(/^attention copies/m);
    rmSync(path.join(at('sick'), 'keys.db'));
    for (let twice = 0; twice < 2; twice++) {
      const found = await look('sick');
      expect(found).toMatchObject({ code: 1 });
      expect(found.out).toMatch(/^wrong +keys/m);
      expect(existsSync(path.join(at('sick'), 'keys.db'))).toBe(false);
    }
  }, 60_000);
});
