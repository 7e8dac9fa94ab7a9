// The one way to write: parsed, allowed, once, whole or not at all; a refusal is a value, a fault has an id in the log.
import { pino } from 'pino';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { engine } from '../../../tests/support/engine.ts';
import { testProgram, type TestProgram } from '../../../tests/support/program.ts';
import { defineCommand, runCommand, type CommandContext } from './command.ts';
import { textType } from './dialect.ts';
import { Fault } from './errors.ts';
import { text } from './input.ts';
import { defineModule, local, replicated, type EngineColumns } from './manifest.ts';
import { partition } from './partitions.ts';
import { anonymous, system, type Actor } from './permissions.ts';

declare module './db.ts' {
  interface Tables {
    try_slip: EngineColumns & { partition: string; id: string; words: string | null };
    try_count: { name: string; count: number };
  }
}

const slip = replicated({
  number: 250,
  name: 'try_slip',
  class: 'fact',
  partitions: ['public'],
  columns: { words: { n: 1, type: 'text' } },
});
const tryModule = defineModule({
  name: 'try',
  permissions: ['slips.write'],
  roles: [{ role: 'clerk', permissions: ['slips.write'] }],
  tables: [slip, local('try_count')],
  migrations: [
    {
      id: '20261124-create-try',
      async up({ db, engine: kind, createReplicated }) {
        await createReplicated(slip);
        await db.schema
          .createTable('try_count')
          .addColumn('name', textType(kind) as never, (column) => column.primaryKey())
          .addColumn('count', 'integer', (column) => column.notNull())
          .execute();
      },
    },
  ],
});

type Ending =
  'well' | 'refusal' | 'fault' | 'full disk' | 'after-commit fault' | 'sneaks past the log' | 'reads outside';
let ending: Ending = 'well';
let after: string[] = [];

async function writeAll(ctx: CommandContext, words: string): Promise<{ id: string }> {
  const id = await ctx.tx.append('try_slip', { partition: partition.public, words });
  await ctx.tx.local.insertInto('try_count').values({ name: id, count: 1 }).execute();
  await ctx.audit({ event: 'try.written', subject: id });
  ctx.afterCommit(() => void after.push(words));
  return { id };
}

const write = defineCommand({
  name: 'slips.write',
  permission: 'slips.write',
  input: v.object({ words: text(20), district: v.optional(v.string(), '120608') }),
  scope: (input) => ({ district: input.district }),
  async run(ctx, given) {
    const made = await writeAll(ctx, given.words);
    switch (ending) {
      case 'well':
        return made;
      case 'refusal':
        return ctx.refuse('replication.hub-only', { field: 'words', params: { count: 3 } });
      case 'full disk':
        throw Object.assign(new Error('could not extend file'), { code: '53100' });
      case 'after-commit fault':
        ctx.afterCommit(() => Promise.reject(new Error('the printer is out')));
        ctx.afterCommit(() => void after.push('still'));
        return made;
      case 'sneaks past the log':
        await ctx.tx.local.deleteFrom('try_slip').where('id', '=', made.id).execute();
        return made;
      case 'reads outside':
        await program.app.db.read.selectFrom('try_slip').selectAll().execute();
        return made;
      case 'fault':
        throw new Error('something broke');
    }
  },
});
const other = defineCommand({ ...write, name: 'slips.other' });
const free = defineCommand({
  name: 'slips.free',
  permission: null,
  input: v.object({ words: text(20) }),
  run: (ctx, given) => writeAll(ctx, given.words),
});

let program: TestProgram;
let clerk: Actor;
let lines: string[] = [];
beforeEach(async () => {
  ending = 'well';
  after = [];
  lines = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  program = await testProgram({ program: { modules: [tryModule], log } });
  clerk = program.actor('clerk', { district: '120608' }, { account: 'CLERK' });
});
afterEach(() => program.close());

const call = (actor: Actor, input: unknown, key?: string) => program.run(write, actor, input, key);
/** Everything that a command leaves behind. */
async function traces() {
  const { read } = program.app.db;
  return {
    slips: (await read.selectFrom('try_slip').select('words').orderBy('made_n').execute()).map((row) => row.words),
    counts: (await read.selectFrom('try_count').selectAll().execute()).length,
    audit: (await read.selectFrom('audit_entry').select('event').execute()).length,
    receipts: (await read.selectFrom('command_receipt').select('key').execute()).length,
    acts: (await read.selectFrom('log_open').select('partition').execute()).length,
    after: after.length,
  };
}
const NOTHING = { slips: [], counts: 0, audit: 0, receipts: 0, acts: 0, after: 0 };

describe('who and what', () => {
  test.each<[string, () => Actor, unknown, string]>([
    ['signed out', () => anonymous(), { words: 'hello' }, 'permissions.sign-in'],
    ['another role', () => ({ ...clerk, grants: [] }), { words: 'hello' }, 'permissions.denied'],
    ['another district', () => clerk, { words: 'hello', district: '120604' }, 'permissions.denied'],
    ['nothing typed', () => clerk, { words: '  ' }, 'input.invalid'],
    ['too long', () => clerk, { words: 'x'.repeat(21) }, 'input.invalid'],
    ['no object', () => clerk, 'hello', 'input.invalid'],
    ['nothing at all', () => clerk, undefined, 'input.invalid'],
  ])('%s is refused and leaves nothing', async (_name, actor, input, code) => {
    expect(await call(actor(), input, 'key')).toMatchObject({ ok: false, refusal: { code } });
    expect(await traces()).toEqual(NOTHING);
  });

  test('what fits is written with its act, its receipt and its audit entry, and then the rest happens', async () => {
    expect(await call(clerk, { words: ' hello ' }, 'key')).toMatchObject({ ok: true, repeated: false });
    expect(await traces()).toEqual({
      slips: ['hello'],
      counts: 1,
      audit: 1,
      receipts: 1,
      acts: expect.any(Number),
      after: 1,
    });
    expect((await traces()).acts).toBeGreaterThan(0);
  });

  test('fields that the command does not know are left aside', async () => {
    const hostile: unknown = JSON.parse(
      '{"words":"hello","id":"X","__proto__":{"polluted":true},"constructor":{"a":1}}',
    );
    expect(await call(clerk, hostile)).toMatchObject({ ok: true });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('where anyone may, somebody signed out may', async () => {
    expect(await program.run(free, anonymous(), { words: 'hello' })).toMatchObject({ ok: true });
  });

  test('a grant that has run out counts no more, but where the clock is unknown it locks nobody out', async () => {
    const [grant] = clerk.grants;
    if (!grant) throw new Error('no grant');
    const ended = { ...clerk, grants: [{ ...grant, to: '2026-11-23' }] };
    expect(await call(ended, { words: 'hello' })).toMatchObject({ ok: false, refusal: { code: 'permissions.denied' } });
    program.clock.set(program.clock.now(), 'unknown');
    expect(await call(ended, { words: 'hello' })).toMatchObject({ ok: true });
  });
});

describe('the same again', () => {
  test('the same key twice, ten times, at once: one effect and the same answer', async () => {
    const first = await call(clerk, { words: 'hello' }, 'key');
    const again = await Promise.all(Array.from({ length: 10 }, () => call(clerk, { words: 'hello' }, 'key')));
    for (const one of again) expect(one).toEqual({ ...first, repeated: true });
    const fresh = await Promise.all(Array.from({ length: 10 }, () => call(clerk, { words: 'at once' }, 'another')));
    expect(new Set(fresh.map((one) => (one.ok ? one.value.id : ''))).size).toBe(1);
    expect((await traces()).slips).toEqual(['hello', 'at once']);
  });

  test('a key is worth nothing to somebody else, to another command, or to somebody signed out', async () => {
    const first = await call(clerk, { words: 'mine' }, 'key');
    const colleague = { ...clerk, account: 'COLLEAGUE' };
    const results = [
      await call(colleague, { words: 'hers' }, 'key'),
      await program.run(other, clerk, { words: 'other' }, 'key'),
      await program.run(free, anonymous(), { words: 'nobody' }, 'key'),
    ];
    for (const one of results) {
      expect(one).toMatchObject({ ok: true, repeated: false });
      expect(one).not.toEqual(first);
    }
    expect((await traces()).slips).toEqual(['mine', 'hers', 'other', 'nobody']);
  });

  test('a key that was refused may be tried again once what was wrong is right', async () => {
    ending = 'refusal';
    expect(await call(clerk, { words: 'hello' }, 'key')).toMatchObject({ ok: false });
    ending = 'well';
    expect(await call(clerk, { words: 'hello' }, 'key')).toMatchObject({ ok: true, repeated: false });
  });

  test('without a key it is done again', async () => {
    for (let i = 0; i < 2; i++) await call(clerk, { words: 'twice' });
    expect((await traces()).slips).toEqual(['twice', 'twice']);
  });

  test('the permission is asked before the receipt of a key is made, and a receipt comes back without asking again', async () => {
    const first = await call(clerk, { words: 'hello' }, 'key');
    const ended = { ...clerk, grants: [] };
    expect(await call(ended, { words: 'hello' }, 'key')).toEqual({ ...first, repeated: true });
    expect(await call(ended, { words: 'hello' }, 'new')).toMatchObject({ ok: false });
  });
});

describe('not at all', () => {
  test('a refusal in the middle leaves nothing, and says its field', async () => {
    ending = 'refusal';
    expect(await call(clerk, { words: 'hello' }, 'key')).toEqual({
      ok: false,
      refusal: {
        code: 'replication.hub-only',
        field: 'words',
        params: { count: 3 },
        issues: [{ field: 'words', code: 'replication.hub-only' }],
      },
    });
    expect(await traces()).toEqual(NOTHING);
  });

  test.each<Ending>(['fault', 'sneaks past the log', 'reads outside'])(
    '%s: thrown under an id that stands in the log, nothing left',
    async (how) => {
      ending = how;
      const caught: unknown = await call(clerk, { words: 'private words' }, 'key').catch((error: unknown) => error);
      if (!(caught instanceof Fault)) throw new Error('no fault');
      expect(caught.id).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
      const line = lines.find((one) => one.includes(caught.id)) ?? '';
      expect(JSON.parse(line)).toMatchObject({ command: 'slips.write', fault: caught.id });
      expect(line).not.toContain('private words');
      expect(await traces()).toEqual(NOTHING);
    },
  );

  test('a full disk is a refusal with something to do, and stands in the log', async () => {
    await call(clerk, { words: 'before' });
    const before = await traces();
    ending = 'full disk';
    expect(await call(clerk, { words: 'hello' }, 'key')).toMatchObject({
      ok: false,
      refusal: { code: 'platform.disk-full' },
    });
    expect(lines.join()).toContain('storage refused a command');
    expect(await traces()).toEqual(before);
  });

  test('what follows the commit may fail: the act is saved, the rest goes on, the log says so', async () => {
    ending = 'after-commit fault';
    expect(await call(clerk, { words: 'saved' })).toMatchObject({ ok: true });
    expect(after).toEqual(['saved', 'still']);
    expect(lines.join()).toContain('the printer is out');
  });
});

// PostgreSQL's own full disk is the code above; SQLite's is a file that may grow no further
if (engine === 'sqlite')
  test('SQLite with a full file: refused, and what was there stays', async () => {
    const small = await testProgram({ maxPages: 120, program: { modules: [tryModule] } });
    try {
      const actor = small.actor('clerk', { district: '120608' });
      let written = 0;
      let refused = '';
      for (; written < 5_000 && !refused; written++) {
        const outcome = await runCommand(small.app, write, { actor, input: { words: `slip ${written}` } });
        if (!outcome.ok) refused = outcome.refusal.code;
      }
      expect(refused).toBe('platform.disk-full');
      expect(written).toBeGreaterThan(1);
      const kept = await small.app.db.read.selectFrom('try_slip').select('id').execute();
      expect(kept).toHaveLength(written - 1);
    } finally {
      await small.close();
    }
  });

test('the program itself may do everything, and signs as such', async () => {
  expect(await call(system, { words: 'by itself' })).toMatchObject({ ok: true });
});
