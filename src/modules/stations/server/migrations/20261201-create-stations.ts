// Computers and sessions; sessions by day and computer, steps by session.
import { textType } from '#platform/dialect';
import type { Migration } from '#platform/manifest';
import { guestPass, station, stationMessage, stationRule, stationSession, stationStep } from '../tables.ts';

export const createStations: Migration = {
  id: '20261201-create-stations',
  async up({ db, engine, createReplicated }) {
    await createReplicated(station);
    await createReplicated(
      stationSession,
      ['partition', 'day'],
      ['person'],
      ['pass'],
      ['partition', 'station', 'made_at'],
    );
    await createReplicated(stationStep, ['session']);
    await createReplicated(stationRule);
    await createReplicated(guestPass, ['partition', 'code']);
    await createReplicated(stationMessage, ['partition', 'at']);
    const { schema } = db;
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
