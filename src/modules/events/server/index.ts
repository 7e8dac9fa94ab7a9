// The door to actions and events.
export { eventsModule } from './module.ts';
export { cancelEvent, changeEvent, planEvent, publishEvent, writeMinutes } from './commands/plan.ts';
export { giveUpPlace, placeOfToken, register } from './commands/register.ts';
export { importCalendar } from './commands/import.ts';
export { writeCalendar } from './ics.ts';
export { countAttendance, markAttendance } from './commands/attend.ts';
export { dueReminders, type DueReminder } from './reminders.ts';
export { attendanceSheet } from './sheet.ts';
export { scopeOfEvent } from './place.ts';
export { civilDateTime } from './now.ts';
export { findEvent, findEvents, listEvents, listPast, type EventEntry } from './queries.ts';
export { attendanceOf, countPlaces, eventsOfPerson, listPlaces, placesLeft, type PlaceEntry } from './registrations.ts';
export { countCells, KINDS, momentOf, registrationRefusal } from './rules.ts';
export { whenOf } from './words.ts';
