// Bugs that a test must notice.

export interface Mutant {
  bug: string;
  /** Who reported it elsewhere. */
  known: string;
  file: string;
  from: string;
  to: string;
  /** The test that must notice it; without one the simulator must, within its seeds. */
  test?: string;
  /** The seed that it begins with; 1 when absent. */
  seed?: number;
}

export const SERVER = 'src/replication/server';
export const CORE = `${SERVER}/core`;
const NEWER = 'tests/replication/newer-schema.test.ts';
const PATHS = 'tests/replication/paths.test.ts';
const COURIER = 'tests/replication/courier.test.ts';
const LOST_CLOCK = 'tests/replication/lost-clock.test.ts';
const LOST_PAST = 'tests/replication/lost-past.test.ts';
const LINK = 'tests/replication/telecentre-to-hub.test.ts';

export const TESTED: Mutant[] = [
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
    file: `${CORE}/frames.ts`,
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
    from: 'await keepMade(replica, report, packed.covers);',
    to: `await keepMade(replica, report, packed.covers);
  for (const [partition, [life, last]] of Object.entries(packed.covers)) {
    const acked = { acked_epoch: Number(life), acked_seq: last };
    await replica.db.transaction((tx) =>
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
    file: `${CORE}/courier-note.ts`,
    from: 'seq: Math.max(before, part.acked.seq)',
    to: 'seq: part.acked.seq',
    test: COURIER,
  },
  {
    bug: 'the place in the feed moves over a hole',
    known: 'rxdb #5843',
    file: `${CORE}/courier-note.ts`,
    from: 'joins && complete ? Math.max(word.cursor, to) : word.cursor',
    to: 'Math.max(word.cursor, to)',
    test: COURIER,
  },
  {
    bug: 'after the hub lost its disk an old file’s receipt is believed',
    known: 'evolu #660',
    file: `${CORE}/courier-note.ts`,
    from: 'return newest ? { epoch: own.epoch, seq: Math.min(before, part.acked.seq) } : undefined;',
    to: 'return { epoch: own.epoch, seq: Math.max(before, part.acked.seq) };',
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
    bug: 'a damaged row is told and stays damaged',
    known: 'none reported',
    file: 'src/replication/server/anew.ts',
    from: 'if (repair && wrong.size > 0) {',
    to: 'if (repair && wrong.size > 1_000_000) {',
    test: 'tests/replication/anew.test.ts',
  },
  {
    bug: 'rows are made anew after every session that differs',
    known: 'none reported',
    file: 'src/replication/server/repair.ts',
    from: 'Math.abs(now - (tried.get(partition) ?? -DAY)) >= DAY;',
    to: 'Math.abs(now - (tried.get(partition) ?? -DAY)) >= 0;',
    test: 'tests/replication/anew.test.ts',
  },
  {
    bug: 'the hub’s time counts whatever it was asked',
    known: 'none reported',
    file: `${CORE}/hub-time.ts`,
    from: '.raw(DOMAIN).raw(nonce)',
    to: '.raw(DOMAIN)',
    test: LOST_CLOCK,
  },
  {
    bug: 'anybody may tell the time',
    known: 'none reported',
    file: `${CORE}/hub-time.ts`,
    from: 'if (keys.some((key) => signatureHolds(message, signature, key))) return time;',
    to: 'if (signature.length === SIGNATURE) return time;',
    test: LOST_CLOCK,
  },
  {
    bug: 'where the clock is wrong any certificate is believed',
    known: 'none reported',
    file: `${SERVER}/certificates.ts`,
    from: 'if (!result) throw',
    to: 'if (!resultMessage) throw',
    test: LOST_CLOCK,
  },
  {
    bug: 'where the clock is wrong a certificate of another name is believed',
    known: 'none reported',
    file: `${SERVER}/certificates.ts`,
    from: 'if (named) throw named;',
    to: '',
    test: LOST_CLOCK,
  },
  {
    bug: 'an old image follows the feed from where a stick left its place',
    known: 'none reported (ours, found by seeds 520481, 523574)',
    file: `${CORE}/courier-note.ts`,
    from: "if (ahead) return { word: { ...word, feedName: '', cursor: 0 }, receipted, inTurn: false, ahead };",
    to: '',
    test: LOST_PAST,
  },
  {
    bug: 'what an image holds open is counted again when it comes back',
    known: 'none reported (ours, found by seed 539166)',
    file: `${SERVER}/receive.ts`,
    from: 'if (site === replica.identity.number) while (await closeIn(replica, tx, partition));',
    to: '',
    test: LOST_PAST,
  },
  {
    bug: 'what is written of an erased person stands in the row',
    known: 'none reported',
    file: `${SERVER}/sealing.ts`,
    from: 'return fields.filter(([column]) => !erased || !sealed.has(column));',
    to: 'return fields.filter(([column]) => !erased || column > 0);',
    test: 'tests/replication/restored.test.ts',
  },
  {
    bug: 'an erasure empties the fields and keeps the key',
    known: 'none reported',
    file: `${SERVER}/erasing.ts`,
    from: 'await replica.keys.destroy(of, subject);',
    to: '',
    test: 'tests/replication/erasing.test.ts',
  },
  {
    bug: 'an erasure destroys the key and leaves what stands opened',
    known: 'none reported',
    file: `${SERVER}/erasing.ts`,
    from: 'await replica.db.transaction((tx) => eraseSubject(replica, tx, of, subject));',
    to: '',
    test: 'tests/replication/erasing.test.ts',
  },
  {
    bug: 'an order of erasure is kept and not carried out',
    known: 'none reported',
    file: `${SERVER}/receive.ts`,
    from: 'if (erases) await performErasures(replica);',
    to: '',
    test: 'tests/replication/erasing.test.ts',
  },
  {
    bug: 'a hub that went back rules at once',
    known: 'none reported',
    file: `${SERVER}/ruled.ts`,
    from: 'if (!(await isRefilling(tx))) await sayRulings',
    to: 'if (tx) await sayRulings',
    test: 'tests/replication/ruled.test.ts',
  },
  {
    bug: 'a hub that went back lends at once',
    known: 'none reported',
    file: `${SERVER}/shares.ts`,
    from: "if (await isRefilling(ctx.tx)) ctx.refuse('hub.refilling');",
    to: '',
    test: 'tests/replication/ruled.test.ts',
  },
  {
    bug: 'a hub that went back is never whole again',
    known: 'none reported',
    file: `${SERVER}/refill.ts`,
    from: 'if (whole) await replica.whole();',
    to: '',
    test: 'tests/replication/ruled.test.ts',
  },
  {
    bug: 'an answer that is lost is asked for as large again',
    known: 'powersync-js #1070',
    file: `${SERVER}/session-record.ts`,
    from: 'if (passed && carried === 0) this.most = lessDown(this.most);',
    to: '',
    test: 'tests/replication/watched.test.ts',
  },
];
