// The door to bookings.
export { bookingsModule } from './module.ts';
export { book } from './commands/book.ts';
export { stepBooking } from './commands/step-booking.ts';
export { setBookable } from './commands/bookables.ts';
export { answerRequest, requestBooking } from './commands/requests.ts';
export { momentOf } from './here.ts';
export { listBookables, listBookings, listRequests, nextBooking, type BookingEntry } from './queries.ts';
export { holds, type Now } from './rules.ts';
