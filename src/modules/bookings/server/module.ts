// What bookings declare.
import { defineModule } from '#platform/manifest';
import { createBookings } from './migrations/20261201-create-bookings.ts';
import { bookable, booking, bookingAnswer, bookingRequest, bookingStep } from './tables.ts';

export const bookingsModule = defineModule({
  name: 'bookings',
  permissions: ['bookings.book', 'bookings.manage', 'bookings.request'],
  roles: [
    { role: 'resident', permissions: ['bookings.book'] },
    { role: 'operator', permissions: ['bookings.book', 'bookings.manage', 'bookings.request'] },
    { role: 'facilitator', permissions: ['bookings.book', 'bookings.request'] },
    { role: 'coordinator', permissions: ['bookings.request'] },
    { role: 'municipal-staff', permissions: ['bookings.request'] },
    { role: 'organisation-delegate', permissions: ['bookings.request'] },
    { role: 'programme-staff', permissions: ['bookings.request'] },
  ],
  tables: [bookable, booking, bookingStep, bookingRequest, bookingAnswer],
  migrations: [createBookings],
  refusals: [
    'bookings.at-a-telecentre',
    'bookings.not-bookable',
    'bookings.who-needed',
    'bookings.not-a-time',
    'bookings.too-short',
    'bookings.too-long',
    'bookings.past',
    'bookings.too-far',
    'bookings.too-many',
    'bookings.holiday',
    'bookings.closed',
    'bookings.outside-hours',
    'bookings.taken',
    'bookings.none-left',
    'bookings.not-found',
    'bookings.over-already',
    'bookings.not-today',
    'bookings.site-unknown',
    'bookings.answered-already',
    'bookings.reason-needed',
  ],
});
