// The open log when several processes of one hub write into it: each numbers its own run, so the same number may stand there twice.
import { sql } from 'kysely';
import { bytesType, textType } from '#platform/dialect';
import type { Migration } from '#platform/manifest';

export const openActsByRun: Migration = {
  id: '20261130-open-acts-by-run',
  async up({ db, engine }) {
    const text = textType(engine) as never;
    const bytes = bytesType(engine) as never;
    await db.schema.alterTable('log_open').renameTo('log_open_before').execute();
    await db.schema
      .createTable('log_open')
      .addColumn('partition', text, (c) => c.notNull())
      .addColumn('device', 'integer', (c) => c.notNull())
      .addColumn('run', 'integer', (c) => c.notNull())
      .addColumn('first_n', 'bigint', (c) => c.notNull())
      .addColumn('count', 'integer', (c) => c.notNull())
      .addColumn('act', bytes, (c) => c.notNull())
      .addColumn('digest', bytes, (c) => c.notNull())
      .addPrimaryKeyConstraint('log_open_run_key', ['partition', 'device', 'run', 'first_n'] as never)
      .execute();
    const columns = sql.raw('partition, device, run, first_n, count, act, digest');
    await sql`insert into log_open (${columns}) select ${columns} from log_open_before`.execute(db);
    await db.schema.dropTable('log_open_before').execute();
  },
};
