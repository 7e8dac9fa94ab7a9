// The operators' page on couriers, word for word: its commands are run by a shell, between a hub that serves and a telecentre that does not.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProgram } from '../../src/cli/program.ts';
import { registerPerson } from '#modules/people';
import { registerVisit } from '#modules/visits';
import { runCommand, type Command } from '#platform/command';
import { readConfig } from '#platform/config';
import { silentLog } from '#platform/log';
import type { Actor } from '#platform/permissions';
import { registration } from '../support/desk.ts';
import { withFileLimit } from '../support/full-disk.ts';
import { removeFolder, runCli, startProcess, temporaryFolder, type Running } from '../support/processes.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);
const stick = at('stick');
const HUB = at('hub');
const CENTRE = at('centre');
let hub: Running;

interface Ran {
  code: number | null;
  out: string;
  err: string;
}

function run(command: [string, ...string[]], env: Record<string, string>): Promise<Ran> {
  const [program, ...args] = command;
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, LANG: 'en', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}

/** A shell that finds our `npx` first, so that a line of the page is run as it stands there. */
function shell(line: string, place: 'hub' | 'telecentre', fileLimit?: number): Promise<Ran> {
  const data = place === 'hub' ? HUB : CENTRE;
  const command = withFileLimit(fileLimit, ['/bin/sh', '-c', line.replaceAll('/media/stick', stick)]);
  return run(command, { PATH: `${at('bin')}:${process.env.PATH ?? ''}`, ROLE: place, DATA_DIR: data });
}

const page = readFileSync(path.join(root, 'docs/operate/courier.md'), 'utf8');
/** Commands of the page in order, each with where it says that it is run. */
const lines = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => {
  const [where = '', ...commands] = block
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const place = /^# at the (hub|telecentre)$/.exec(where)?.[1];
  if (place !== 'hub' && place !== 'telecentre') throw new Error(`a block does not say where: ${block}`);
  return commands.map((line) => ({ line, place: place as 'hub' | 'telecentre' }));
});

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

async function work(visits: number): Promise<void> {
  const program = await openProgram(readConfig({ role: 'telecentre', dataDir: CENTRE, port: 0 }, {}), {
    log: silentLog(),
  });
  try {
    const { id = '', district = '' } = program.app.site;
    const permissions = program.app.roles.get('operator') ?? new Set<string>();
    const operator: Actor = {
      kind: 'account',
      account: 'OPERATOR',
      grants: [{ role: 'operator', scope: { site: id, district }, permissions }],
      language: 'es',
    };
    const { id: person } = await must(program, registerPerson, operator, registration({ notADuplicate: 'on' }));
    for (let one = 0; one < visits; one++)
      await must(program, registerVisit, operator, { person, purposes: ['homework'] });
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

describe('the page for operators', () => {
  beforeAll(async () => {
    mkdirSync(stick);
    mkdirSync(at('bin'));
    const npx = at('bin/npx');
    const cli = path.join(root, 'src/cli/ciudadania.js');
    writeFileSync(npx, `#!/bin/sh\n[ "$1" = ciudadania ] || exit 9\nshift\nexec ${process.execPath} ${cli} "$@"\n`);
    chmodSync(npx, 0o755);
    hub = await startProcess({ role: 'hub', dataDir: HUB, args: ['--empty'] });
    const planned = await runCli('site', 'add', '--data', HUB, '--name', 'Puerto Ocopa', '--district', '120608');
    const { code } = JSON.parse(planned.out) as { code: string };
    const enrolled = await runCli('enrol', '--data', CENTRE, '--hub', hub.url, '--code', code);
    expect(enrolled, enrolled.err).toMatchObject({ code: 0 });
    await work(3);
  }, 120_000);
  afterAll(async () => {
    await hub?.stop();
    removeFolder(folder);
  });

  it('tells its commands for both ends, and nothing that is not run here', () => {
    expect(lines.length).toBeGreaterThan(6);
    expect(new Set(lines.map(({ place }) => place)).size).toBe(2);
    for (const name of ['pack', 'unpack', 'status'])
      expect(lines.some(({ line }) => line.includes(`courier ${name}`))).toBe(true);
  });

  it('brings the work to the hub and the receipts back, command by command', async () => {
    const said: Record<string, unknown>[] = [];
    for (const { line, place } of lines) {
      const ran = await shell(line, place);
      expect(ran, `${line}: ${ran.err}`).toMatchObject({ code: 0 });
      if (ran.out) said.push(JSON.parse(ran.out) as Record<string, unknown>);
    }
    expect(said[0]).toMatchObject({ to: 0, more: false });
    expect(said[1]).toMatchObject({ ok: true, foreign: 0, files: [{ outcome: 'taken', fromName: 'Puerto Ocopa' }] });
    // the telecentre's own file still lies on the stick: it is for another, and stays
    expect(said.at(-2)).toMatchObject({ ok: true, foreign: 1, files: [{ differ: [] }] });
    expect(said.at(-1)).toMatchObject({ peers: [{ number: 0, waiting: 0 }], made: [{ state: 'receipted' }] });
    expect(visitsIn(HUB)).toEqual(visitsIn(CENTRE));
    expect(visitsIn(HUB)).toHaveLength(3);
    expect(readdirSync(stick).filter((name) => name.endsWith('.cdig'))).toHaveLength(2);
    expect(readdirSync(CENTRE).filter((name) => name.startsWith('courier-in'))).toEqual([]);
  }, 120_000);

  it('refuses in a sentence: a stick that is not there, a telecentre that nobody knows, a folder without files', async () => {
    const gone = await shell('npx ciudadania courier pack --to hub --out /media/stick/nowhere', 'telecentre');
    expect(gone).toMatchObject({ code: 1, out: '' });
    expect(gone.err).toContain('is not there. Connect the USB stick');
    const unknown = await shell('npx ciudadania courier pack --to "Atalaya" --out /media/stick', 'hub');
    expect(unknown).toMatchObject({ code: 1, out: '' });
    expect(unknown.err).toContain('no telecentre of that number');
    const itself = await shell('npx ciudadania courier pack --to hub --out /media/stick', 'hub');
    expect(itself.err).toContain('This is the hub');
    const nothing = await shell('npx ciudadania courier unpack /media/stick/nowhere', 'hub');
    expect(nothing).toMatchObject({ code: 1, out: '' });
    expect(nothing.err).toContain('is not there');
    expect((await shell('npx ciudadania courier pack --to hub', 'telecentre')).code).toBe(2);
  }, 120_000);

  it('a stick that is full keeps no half file, and says so', async () => {
    rmSync(stick, { recursive: true });
    mkdirSync(stick);
    // the hub serves without a limit; only who writes to the stick has one
    const full = await shell('npx ciudadania courier pack --to "Puerto Ocopa" --out /media/stick', 'hub', 512);
    expect(full).toMatchObject({ code: 1, out: '' });
    expect(full.err).toContain('There is no room in');
    expect(readdirSync(stick)).toEqual([]);
    const spanish = await run(
      withFileLimit(512, [process.execPath, 'src/cli/ciudadania.js', 'courier', 'pack', '--to', '1', '--out', stick]),
      { LANG: 'es_PE.UTF-8', ROLE: 'hub', DATA_DIR: HUB },
    );
    expect(spanish.err).toContain('No hay espacio en');
  }, 60_000);

  it('a file that was changed on the way is refused with exit code 1; the whole one beside it is taken in', async () => {
    await work(2);
    const made = await shell('npx ciudadania courier pack --to hub --out /media/stick', 'telecentre');
    const { file } = JSON.parse(made.out) as { file: string };
    const whole = readFileSync(file);
    const changed = Buffer.from(whole);
    changed[200] = (changed[200] ?? 0) ^ 1;
    writeFileSync(path.join(stick, 'changed.cdig'), changed);
    writeFileSync(path.join(stick, 'cut.CDIG'), whole.subarray(0, 300));
    writeFileSync(path.join(stick, 'letter.cdig'), 'Estimada señora:');
    const taken = await shell('npx ciudadania courier unpack /media/stick', 'hub');
    expect(taken).toMatchObject({ code: 1 });
    const report = JSON.parse(taken.out) as { files: { file: string; outcome: string; problem?: string }[] };
    expect(
      Object.fromEntries(report.files.map(({ file: name, outcome, problem }) => [name, problem ?? outcome])),
    ).toEqual({
      [path.basename(file)]: 'taken',
      'changed.cdig': 'signature',
      'cut.CDIG': 'damaged',
    });
    expect(report).toMatchObject({ ok: false, noBundles: ['letter.cdig'] });
    expect(visitsIn(HUB)).toEqual(visitsIn(CENTRE));
    expect(existsSync(file)).toBe(true);
  }, 60_000);
});
