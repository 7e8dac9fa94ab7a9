// The door to actions and events.
export { eventsModule } from './module.ts';
export { cancelEvent, changeEvent, planEvent, publishEvent, writeMinutes } from './commands/plan.ts';
export { giveUpPlace, placeOfToken, register } from './commands/register.ts';
export { countAttendance, markAttendance } from './commands/attend.ts';
export { scopeOfEvent } from './place.ts';
export { civilDateTime } from './now.ts';
export {
  attendanceOf,
  countPlaces,
  findEvent,
  listEvents,
  listPast,
  listPlaces,
  type EventEntry,
  type PlaceEntry,
} from './queries.ts';
export { countCells, KINDS, momentOf, registrationRefusal } from './rules.ts';
export { whenOf } from './words.ts';
