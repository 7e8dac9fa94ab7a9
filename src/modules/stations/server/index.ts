// The door to computers and their sessions.
export { stationsModule } from './module.ts';
export { startSession } from './commands/start-session.ts';
export { endSession, extendSession, moveSession } from './commands/step-session.ts';
export { sendMessage, setService, setStation } from './commands/stations.ts';
export { addRule, endRule } from './commands/rules.ts';
export { makePasses } from './commands/passes.ts';
export {
  claimKiosk,
  endHere,
  extendHere,
  inviteKiosk,
  makeEntry,
  startHere,
  stationOfKey,
  useEntry,
} from './commands/kiosk.ts';
export { floorOf, nowOf, type FloorStation } from './floor.ts';
export { answers, hear } from './presence.ts';
export {
  countStations,
  listMessages,
  listRules,
  listSessions,
  listStations,
  runningAt,
  type SessionEntry,
  type Station,
} from './queries.ts';
export { KINDS } from './rules.ts';
