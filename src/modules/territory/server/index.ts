// The door to territory: places, their names and codes, holidays.
export { territoryModule } from './module.ts';
export { addCommunity, correctPlace, endPlace } from './commands/places.ts';
export { seedTerritory } from './commands/seed.ts';
export {
  districtNames,
  findDistrict,
  findPlace,
  listCommunities,
  listDistricts,
  listHolidays,
  listPlaces,
  type HolidayEntry,
  type PlaceEntry,
} from './queries.ts';
