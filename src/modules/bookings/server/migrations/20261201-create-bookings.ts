// Bookings by their day and by their row of weeks; requests by who is asked.
import type { Migration } from '#platform/manifest';
import { bookable, booking, bookingAnswer, bookingRequest, bookingStep } from '../tables.ts';

const INDEXES: [table: string, columns: string[]][] = [
  ['booking', ['partition', 'day']],
  ['booking_step', ['booking']],
  ['booking_request', ['site']],
  ['booking_answer', ['request']],
];

export const createBookings: Migration = {
  id: '20261201-create-bookings',
  async up({ db, createReplicated }) {
    for (const table of [bookable, booking, bookingStep, bookingRequest, bookingAnswer]) await createReplicated(table);
    for (const [table, columns] of INDEXES)
      await db.schema
        .createIndex(`${table}_found`)
        .on(table)
        .columns(columns as never)
        .execute();
  },
};
