// What the courier keeps beside the log: bundles made and taken, and what each peer last said of itself. All local: nothing here travels.
import { textType } from '#platform/dialect';
import type { Migration } from '#platform/manifest';

declare module '#platform/db' {
  interface Tables {
    courier_made: {
      /** This site counts its bundles, to all recipients together; after a restore the count goes on far ahead. */
      number: number;
      /** Site number of the recipient; 0 = hub. */
      peer: number;
      made_at: number;
      name: string;
      size: number;
      segments: number;
      operations: number;
      /** More waits than one file may hold. */
      more: boolean;
      /** JSON by partition: [epoch, last position] at a telecentre, [feed name, last number] at the hub. */
      covers: string;
    };
    courier_taken: {
      peer: number;
      number: number;
      /** First bytes of the file's hash: a cloned site may give one number to two files. */
      print: string;
      taken_at: number;
      segments: number;
      operations: number;
      /** `taken`, or `incomplete`: something before it is missing. */
      outcome: string;
    };
    courier_peer: {
      partition: string;
      peer: number;
      /** The peer's own chain in its last bundle: what of that epoch is its own is not sent back. */
      own_epoch: number;
      own_seq: number;
    };
  }
}

export const COURIER_REFUSALS = [
  'courier.unknown-site',
  'courier.to-itself',
  'courier.site-not-enrolled',
  'courier.no-folder',
  'courier.stick-full',
  'courier.stick-gone',
  'courier.stick-read-only',
  'courier.no-file',
  'courier.file-gone',
];

/** Appended to the module's migrations; never changed afterwards. */
export const createCourier: Migration = {
  id: '20261127-create-courier',
  async up({ db, engine }) {
    const text = textType(engine) as never;
    const { schema } = db;
    await schema
      .createTable('courier_made')
      .addColumn('number', 'bigint', (c) => c.primaryKey())
      .addColumn('peer', 'integer', (c) => c.notNull())
      .addColumn('made_at', 'bigint', (c) => c.notNull())
      .addColumn('name', text, (c) => c.notNull())
      .addColumn('size', 'bigint', (c) => c.notNull())
      .addColumn('segments', 'integer', (c) => c.notNull())
      .addColumn('operations', 'integer', (c) => c.notNull())
      .addColumn('more', 'boolean', (c) => c.notNull())
      .addColumn('covers', text, (c) => c.notNull())
      .execute();
    await schema
      .createTable('courier_taken')
      .addColumn('peer', 'integer', (c) => c.notNull())
      .addColumn('number', 'bigint', (c) => c.notNull())
      .addColumn('print', text, (c) => c.notNull())
      .addColumn('taken_at', 'bigint', (c) => c.notNull())
      .addColumn('segments', 'integer', (c) => c.notNull())
      .addColumn('operations', 'integer', (c) => c.notNull())
      .addColumn('outcome', text, (c) => c.notNull())
      .addPrimaryKeyConstraint('courier_taken_key', ['peer', 'number', 'print'] as never)
      .execute();
    await schema
      .createTable('courier_peer')
      .addColumn('partition', text, (c) => c.notNull())
      .addColumn('peer', 'integer', (c) => c.notNull())
      .addColumn('own_epoch', 'bigint', (c) => c.notNull())
      .addColumn('own_seq', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('courier_peer_key', ['partition', 'peer'] as never)
      .execute();
  },
};
