// What the screens of replication are made from: alarms, what went over the link each day, and what each site last said. All local.
import { textType } from '#platform/dialect';
import type { Migration } from '#platform/manifest';

declare module '#platform/db' {
  interface Tables {
    log_alarm: {
      /** One of core/site-note.ts. */
      code: string;
      /** What it is about: a partition, `site/<number>`, or empty. */
      about: string;
      first_seen: number;
      last_seen: number;
      /** How often since it was first seen. */
      count: number;
      settled_at: number | null;
      /** Account of who has read it; null where it went by itself. */
      settled_by: string | null;
    };
    link_day: {
      /** Civil day in the programme's zone. */
      day: string;
      up: number;
      down: number;
      sessions: number;
    };
    /** At the hub, one row per site, however many sessions there were. */
    site_report: {
      site: number;
      /** Last request that proved itself. */
      seen_at: number;
      schema_version: number;
      /** `0.1.0`, empty where it was not said. */
      version: string;
      /** 0 unknown, 1 estimated, 2 synced; null where it was not said. */
      clock: number | null;
      /** Seconds that our clock is ahead of the site's. */
      clock_off: number | null;
      /** Codes, with blanks between them. */
      alarms: string;
      /** JSON by partition: [epoch, last position] of the site's own chain. */
      own: string;
      /** Operations that the site held and we did not, when it last asked. */
      waiting: number;
    };
  }
}

/** Appended to the module's migrations; never changed afterwards. */
export const createWatch: Migration = {
  id: '20261129-create-watch',
  async up({ db, engine }) {
    const text = textType(engine) as never;
    const { schema } = db;
    await schema
      .createTable('log_alarm')
      .addColumn('code', text, (c) => c.notNull())
      .addColumn('about', text, (c) => c.notNull())
      .addColumn('first_seen', 'bigint', (c) => c.notNull())
      .addColumn('last_seen', 'bigint', (c) => c.notNull())
      .addColumn('count', 'integer', (c) => c.notNull())
      .addColumn('settled_at', 'bigint')
      .addColumn('settled_by', text)
      .addPrimaryKeyConstraint('log_alarm_key', ['code', 'about'] as never)
      .execute();
    await schema
      .createTable('link_day')
      .addColumn('day', text, (c) => c.primaryKey())
      .addColumn('up', 'bigint', (c) => c.notNull())
      .addColumn('down', 'bigint', (c) => c.notNull())
      .addColumn('sessions', 'integer', (c) => c.notNull())
      .execute();
    await schema
      .createTable('site_report')
      .addColumn('site', 'integer', (c) => c.primaryKey())
      .addColumn('seen_at', 'bigint', (c) => c.notNull())
      .addColumn('schema_version', 'integer', (c) => c.notNull())
      .addColumn('version', text, (c) => c.notNull())
      .addColumn('clock', 'integer')
      .addColumn('clock_off', 'bigint')
      .addColumn('alarms', text, (c) => c.notNull())
      .addColumn('own', text, (c) => c.notNull())
      .addColumn('waiting', 'bigint', (c) => c.notNull())
      .execute();
    // a session that moved nothing is kept for a short while only
    await schema.alterTable('session_log').addColumn('moved', 'boolean').execute();
    await schema
      .createIndex('session_log_moved')
      .on('session_log')
      .columns(['moved', 'at'] as never)
      .execute();
  },
};
