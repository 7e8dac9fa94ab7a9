// The door to territory: places, their names and codes, holidays.
export { territoryModule } from './module.ts';
export { addCommunity, addPlace, correctPlace, endPlace, setInProgramme } from './commands/places.ts';
export { addHoliday, endHoliday } from './commands/holidays.ts';
export { seedTerritory } from './commands/seed.ts';
export {
  findDistrict,
  findPlace,
  holidaysOf,
  listCommunities,
  listDistricts,
  listPlaces,
  type HolidayOfYear,
  type PlaceEntry,
} from './queries.ts';
export { KINDS, STATUSES } from './rules.ts';
