// The hub's words on what it received, and by what a row is made anew when one of them comes.
import { sql } from 'kysely';
import { textType } from '#platform/dialect';
import { replicated, type EngineColumns, type Migration } from '#platform/manifest';

/** A verdict of the hub, in the control log beside the partition it speaks of, so that every holder gets the same state. */
export const verdictTable = replicated({
  number: 104,
  name: 'verdict',
  class: 'fact',
  control: true,
  partitions: ['public', 'district', 'site', 'site-private', 'organisation', 'hub'],
  columns: {
    site: { n: 1, type: 'integer' },
    device: { n: 2, type: 'integer' },
    run: { n: 3, type: 'integer' },
    from_n: { n: 4, type: 'integer' },
    to_n: { n: 5, type: 'integer' },
    state: { n: 6, type: 'text' },
    reason: { n: 7, type: 'text' },
    turn: { n: 8, type: 'integer' },
    note: { n: 9, type: 'text' },
  },
});

declare module '#platform/db' {
  interface Tables {
    verdict: EngineColumns & {
      partition: string;
      id: string;
      /** The operations it speaks of: consecutive numbers of one run, in the partition beside. */
      site: number;
      device: number;
      run: number;
      from_n: number;
      to_n: number;
      /** `quarantined`, `released`, `rejected`. */
      state: string;
      /** Why they were set aside: a code with a text `quarantine.<code>`. */
      reason: string;
      /** See core/verdict.ts. */
      turn: number;
      /** What the person who decided wrote. */
      note: string | null;
    };
    /** Which operations changed a row: found here when the row is made anew. */
    log_edit: {
      partition: string;
      table_number: number;
      row: string;
      site: number;
      device: number;
      run: number;
      n: number;
    };
  }
}

/** Appended to the module's migrations; never changed afterwards. */
export const createVerdicts: Migration = {
  id: '20261128-create-verdicts',
  async up({ db, engine, createReplicated }) {
    const text = textType(engine) as never;
    const key = ['partition', 'table_number', 'row', 'site', 'device', 'run', 'n'];
    await createReplicated(verdictTable);
    await db.schema
      .createIndex('verdict_span')
      .on('verdict')
      .columns(['partition', 'site', 'device', 'run'] as never)
      .execute();
    const edits = db.schema
      .createTable('log_edit')
      .addColumn('partition', text, (c) => c.notNull())
      .addColumn('table_number', 'integer', (c) => c.notNull())
      .addColumn('row', text, (c) => c.notNull())
      .addColumn('site', 'integer', (c) => c.notNull())
      .addColumn('device', 'integer', (c) => c.notNull())
      .addColumn('run', 'integer', (c) => c.notNull())
      .addColumn('n', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('log_edit_key', key as never);
    // the key is the whole line: kept once
    await (engine === 'sqlite' ? edits.modifyEnd(sql`without rowid`) : edits).execute();
    await db.schema
      .createIndex('log_quarantine_row')
      .on('log_quarantine')
      .columns(['partition', 'table_number', 'row'] as never)
      .execute();
  },
};
