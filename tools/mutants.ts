// `npm run mutants [-- WORD]`: breaks the exchange on purpose, one known bug of another system at a time, in a copy; a bug that no test notices ends with 1.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

interface Mutant {
  bug: string;
  /** Who reported it elsewhere. */
  known: string;
  file: string;
  from: string;
  to: string;
  test: string;
}

const SERVER = 'src/replication/server';
const CORE = `${SERVER}/core`;
const NEWER = 'tests/replication/newer-schema.test.ts';
const PATHS = 'tests/replication/paths.test.ts';
const COURIER = 'tests/replication/courier.test.ts';
const VERDICTS = 'tests/replication/verdicts.test.ts';
const REVOKED = 'tests/replication/revoked.test.ts';
const KEYS = 'tests/replication/keys.test.ts';
const LINK = 'tests/replication/telecentre-to-hub.test.ts';

const MUTANTS: Mutant[] = [
  {
    bug: 'the later stamp wins, the other edit is gone',
    known: 'primero #508, actual (code)',
    file: `${CORE}/merge.ts`,
    from: 'const left = [...live, entry].filter((one) => !gone.some((dot) => sameDot(one, dot)));',
    to: 'const left = [...live, entry].sort((a, b) => compareShown(b, a)).slice(0, 1);',
    test: `${CORE}/merge.test.ts`,
  },
  {
    bug: 'the receiver keeps its copy: who came first decides',
    known: 'morango (code)',
    file: `${CORE}/merge.ts`,
    from: 'if (winner && compareOwned(stamp, winner) <= 0) continue;',
    to: 'if (winner) continue;',
    test: `${CORE}/merge.test.ts`,
  },
  {
    bug: 'what was replaced is forgotten, and comes back',
    known: 'collect #6768',
    file: `${CORE}/merge.ts`,
    from: 'state.gone.set(column, gone);',
    to: '',
    test: `${CORE}/merge.test.ts`,
  },
  {
    bug: 'the signature does not cover the position',
    known: 'none reported',
    file: `${CORE}/segment.ts`,
    from: '.varint(seqTo)\n',
    to: '\n',
    test: `${CORE}/segment.test.ts`,
  },
  {
    bug: 'a length from the wire is believed',
    known: 'morango #279, kolibri #7270',
    file: `${CORE}/session.ts`,
    from: "if (length > most || at > 4) throw new Malformed('a part longer than allowed');",
    to: '',
    test: `${CORE}/session.test.ts`,
  },
  {
    bug: 'the text read back is not the text written',
    known: 'found here',
    file: `${CORE}/bytes.ts`,
    from: ', ignoreBOM: true',
    to: '',
    test: `${CORE}/codec.test.ts`,
  },
  {
    bug: 'an operation counts again on every path',
    known: 'morango 0.6.9, opencrvs #7477',
    file: `${CORE}/receive.ts`,
    from: 'const news = act.operations.filter(({ n }) => !isIn(known, { site, device, run, n }));',
    to: 'const news = act.operations;',
    test: PATHS,
  },
  {
    bug: 'the position moves past what was not applied',
    known: 'rxdb #5843',
    file: `${CORE}/receive.ts`,
    from: "if (segment.seqFrom > seq + 1) return { outcome: 'gap', seq };",
    to: "if (segment.seqFrom > seq + 1) return { outcome: 'known', seq: segment.seqFrom + segment.count - 1 };",
    test: PATHS,
  },
  {
    bug: 'an edit that came before its record is dropped',
    known: 'getodk central #669, #698, collect #6164',
    file: `${CORE}/apply.ts`,
    from: "else hold(shelf, act, operation, 'no-create');",
    to: '',
    test: 'tests/replication/any-order.test.ts',
  },
  {
    bug: 'a partition is served to whoever asks',
    known: 'none reported',
    file: `${CORE}/hub-session.ts`,
    from: "if (!(yield* ask('mayHold', site.number, partition))) return { status: STATUS.notAllowed, state };",
    to: ';',
    test: LINK,
  },
  {
    bug: 'own work is sent back',
    known: 'pouchdb, rxdb (measured echo)',
    file: `${CORE}/hub-session.ts`,
    from: 'if (skipped) continue;',
    to: '',
    test: PATHS,
  },
  {
    bug: 'old and new versions are compared, and alarm',
    known: 'none reported',
    file: `${CORE}/hub-session.ts`,
    from: 'head.schema === input.schema && ',
    to: '',
    test: NEWER,
  },
  {
    bug: 'a column of a newer version is thrown away',
    known: 'none reported',
    file: `${CORE}/apply.ts`,
    from: "if (later) hold(shelf, act, later, 'unknown-column');",
    to: '',
    test: NEWER,
  },
  {
    bug: 'a file begins where the last one ended, not where the receipts do',
    known: 'cht-core PR #11388',
    file: `${SERVER}/courier.ts`,
    from: 'await keepMade(replica, report, filled.covers);',
    to: `await keepMade(replica, report, filled.covers);
  for (const [partition, [life, last]] of Object.entries(filled.covers)) {
    const acked = { acked_epoch: Number(life), acked_seq: last };
    await db.transaction((tx) =>
      tx.local
        .insertInto('log_peer')
        .values({ partition, peer: peer.number, feed_name: '', cursor: 0, ...acked })
        .onConflict((conflict) => conflict.columns(['partition', 'peer']).doUpdateSet(acked))
        .execute(),
    );
  }`,
    test: COURIER,
  },
  {
    bug: 'a late file takes receipts back',
    known: 'comapeo-core #544',
    file: `${SERVER}/courier-note.ts`,
    from: 'acked_seq: Math.max(before, part.acked.seq)',
    to: 'acked_seq: part.acked.seq',
    test: COURIER,
  },
  {
    bug: 'the place in the feed moves over a hole',
    known: 'rxdb #5843',
    file: `${SERVER}/courier-note.ts`,
    from: 'if (joins && complete) next.cursor',
    to: 'next.cursor',
    test: COURIER,
  },
  {
    bug: 'after the hub lost its disk an old file’s receipt is believed',
    known: 'evolu #660',
    file: `${SERVER}/courier-note.ts`,
    from: 'return newest ? { acked_epoch: own.epoch, acked_seq: Math.min(before, part.acked.seq) } : undefined;',
    to: 'return { acked_epoch: own.epoch, acked_seq: Math.max(before, part.acked.seq) };',
    test: 'tests/replication/courier-disks.test.ts',
  },
  {
    bug: 'whoever wrote a file is believed',
    known: 'none reported',
    file: `${SERVER}/courier-unpack.ts`,
    from: "if (!bundleHolds(bundle, peer.keys.map(publicKeyOf))) throw new Refused('signature');",
    to: '',
    test: COURIER,
  },
  {
    bug: 'another’s sealed body passes under the own name',
    known: 'none reported',
    file: `${SERVER}/courier-unpack.ts`,
    from: "if (body.to !== head.to || body.from !== head.from || body.number !== head.number) throw new Refused('signature');",
    to: '',
    test: COURIER,
  },
  {
    bug: 'the rows of what was refused stay where they were written',
    known: 'cht-core #5701, CHT docs (moving contacts)',
    file: `${SERVER}/receive.ts`,
    from: 'if (ids.length > 0) await settle(',
    to: 'if (ids.length > 99_999) await settle(',
    test: VERDICTS,
  },
  {
    bug: 'nobody is told what was set aside',
    known: 'cht-core #5701',
    file: `${SERVER}/receive.ts`,
    from: 'await sayQuarantined(replica, tx, shelf.partition, unsaid);',
    to: '',
    test: VERDICTS,
  },
  {
    bug: 'a verdict that comes before its operation is forgotten',
    known: 'none reported',
    file: `${CORE}/apply.ts`,
    from: 'if (verdict && isWithheld(verdict)) return',
    to: 'if (verdict && isWithheld(verdict) && shelf.rows.size > 99_999) return',
    test: `${CORE}/verdict.test.ts`,
  },
  {
    bug: 'of two words on one operation the later clock wins',
    known: 'actual #3786, beardrive PR #214',
    file: `${CORE}/verdict.ts`,
    from: 'a.turn - b.turn || ',
    to: '',
    test: `${CORE}/verdict.test.ts`,
  },
  {
    bug: 'edits of what was taken back are dropped',
    known: 'getodk central #669, #698',
    file: `${CORE}/apply.ts`,
    from: 'for (const { act, operation } of each) applyOperation(',
    to: 'for (const { act, operation } of each.slice(0, 1)) applyOperation(',
    test: `${CORE}/verdict.test.ts`,
  },
  {
    bug: 'a control log is taken from whoever sends it',
    known: 'found here',
    file: `${CORE}/receive.ts`,
    from: "if (partition.endsWith('/control') && segment.site !== 0)",
    to: "if (partition === '' && segment.site !== 0)",
    test: VERDICTS,
  },
  {
    bug: 'what is derived from a withdrawn row stays',
    known: 'found here',
    file: 'src/modules/people/server/derived.ts',
    from: 'const before = rows.map(({ was }) => was?.person);',
    to: 'const before: unknown[] = rows.slice(0, 0);',
    test: REVOKED,
  },
  {
    bug: 'the last stick of a telecentre that was ended is refused',
    known: 'found here',
    file: `${SERVER}/courier-unpack.ts`,
    from: 'const bundle = openBundle(bytes);',
    to: `const bundle = openBundle(bytes);
  if (peer.state !== 'enrolled') throw new Refused('signature');`,
    test: REVOKED,
  },
  {
    bug: 'what was written before the site heard of its end is set aside',
    known: 'cht-core #5701',
    file: `${SERVER}/rights.ts`,
    from: 'writer.revokedAt && hasHeard(header.control, writer.revokedAt)',
    to: 'writer.revokedAt',
    test: REVOKED,
  },
  {
    bug: 'a stolen machine is trusted for what it says it wrote before',
    known: 'none reported',
    file: `${SERVER}/rights.ts`,
    from: "if (writer.revoked === 'compromised') return 'site-compromised';",
    to: '',
    test: REVOKED,
  },
  {
    bug: 'who is no member goes on receiving',
    known: 'comapeo-core #1217',
    file: `${CORE}/membership.ts`,
    from: "if (state === 'enrolled') return true;",
    to: "if (state !== '') return true;",
    test: REVOKED,
  },
  {
    bug: 'a key that was replaced opens sessions',
    known: 'none reported',
    file: `${SERVER}/session-hub.ts`,
    from: 'raw.slice(Math.max(0, from)).map(publicKeyOf)',
    to: 'raw.map(publicKeyOf)',
    test: KEYS,
  },
  {
    bug: 'a key that was replaced continues a chain',
    known: 'none reported',
    file: `${SERVER}/receive.ts`,
    from: 'if (tooOld) return tooOld;',
    to: '',
    test: KEYS,
  },
  {
    bug: 'what was sealed to the key before is lost',
    known: 'none reported',
    file: `${SERVER}/site-keys.ts`,
    from: ', ...former.toReversed()]',
    to: ']',
    test: KEYS,
  },
  {
    bug: 'a key is certified for whoever names it',
    known: 'none reported',
    file: `${SERVER}/key-renewal.ts`,
    from: "if (possessionHolds(publicKey, number, Buffer.from(request.proof, 'base64url'))) open.push",
    to: 'open.push',
    test: KEYS,
  },
];

/** Whether the tests are content with the copy as it stands. */
function content(copy: string, tests: readonly string[]): boolean {
  const vitest = path.join('node_modules', 'vitest', 'vitest.mjs');
  const run = spawnSync(process.execPath, [vitest, 'run', '--project', 'sqlite', ...tests], {
    cwd: copy,
    timeout: 300_000,
  });
  return run.status === 0;
}

/** With a word: only those that it names, by file or test. */
const [word = ''] = process.argv.slice(2);
const chosen = MUTANTS.filter(({ file, test }) => `${file} ${test}`.includes(word));
const root = path.resolve(import.meta.dirname, '..');
const copy = mkdtempSync(path.join(tmpdir(), 'mutants-'));
let survived = 0;
try {
  for (const name of ['src', 'tests', 'tools', 'package.json', 'tsconfig.json', 'vitest.config.ts', 'module-map.json'])
    cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  if (!content(copy, [...new Set(chosen.map(({ test }) => test))]))
    throw new Error('the tests fail before anything is broken');
  for (const { bug, known, file, from, to, test } of chosen) {
    const where = path.join(copy, file);
    const whole = readFileSync(where, 'utf8');
    if (!whole.includes(from)) throw new Error(`${bug}: ${file} does not read as expected any more`);
    writeFileSync(where, whole.replaceAll(from, to));
    const noticed = !content(copy, [test]);
    writeFileSync(where, whole);
    if (!noticed) survived += 1;
    process.stdout.write(`${noticed ? 'noticed ' : 'SURVIVED'}  ${bug} (${known})\n`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
process.stdout.write(`${chosen.length} bugs, ${survived} not noticed\n`);
process.exitCode = survived > 0 ? 1 : 0;
