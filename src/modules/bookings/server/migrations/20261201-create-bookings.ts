// Bookings by their day and by their row of weeks; requests by who is asked.
import type { Migration } from '#platform/manifest';
import { bookable, booking, bookingAnswer, bookingRequest, bookingStep } from '../tables.ts';

export const createBookings: Migration = {
  id: '20261201-create-bookings',
  async up({ createReplicated }) {
    await createReplicated(bookable);
    await createReplicated(booking, ['partition', 'day']);
    await createReplicated(bookingStep, ['booking']);
    await createReplicated(bookingRequest, ['site']);
    await createReplicated(bookingAnswer, ['request']);
  },
};
