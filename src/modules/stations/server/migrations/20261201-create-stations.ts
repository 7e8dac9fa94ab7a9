// Computers and sessions; sessions by day and computer, steps by session.
import { textType } from '#platform/dialect';
import type { Migration } from '#platform/manifest';
import { guestPass, station, stationMessage, stationRule, stationSession, stationStep } from '../tables.ts';

const INDEXES: [table: string, columns: string[]][] = [
  ['station_session', ['partition', 'day']],
  ['station_session', ['person']],
  ['station_session', ['pass']],
  ['station_session', ['partition', 'station', 'made_at']],
  ['station_step', ['session']],
  ['guest_pass', ['partition', 'code']],
  ['station_message', ['partition', 'at']],
];

export const createStations: Migration = {
  id: '20261201-create-stations',
  async up({ db, engine, createReplicated }) {
    for (const table of [station, stationSession, stationStep, stationRule, guestPass, stationMessage])
      await createReplicated(table);
    const { schema } = db;
    for (const [table, columns] of INDEXES)
      await schema
        .createIndex(`${table}_${columns.at(-1) ?? ''}`)
        .on(table)
        .columns(columns as never)
        .execute();
    const text = textType(engine) as never;
    await schema
      .createTable('station_seat')
      .addColumn('station', text, (column) => column.primaryKey())
      .addColumn('key_hash', text, (column) => column.notNull().unique())
      .addColumn('screen_hash', text)
      .addColumn('set_at', 'bigint', (column) => column.notNull())
      .execute();
    await schema
      .createTable('station_invite')
      .addColumn('code_hash', text, (column) => column.primaryKey())
      .addColumn('station', text, (column) => column.notNull())
      .addColumn('ends_at', 'bigint', (column) => column.notNull())
      .execute();
    await schema
      .createTable('station_entry')
      .addColumn('entry_hash', text, (column) => column.primaryKey())
      .addColumn('station', text, (column) => column.notNull())
      .addColumn('ends_at', 'bigint', (column) => column.notNull())
      .execute();
  },
};
