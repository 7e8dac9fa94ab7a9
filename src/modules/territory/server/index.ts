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
export { removeBoundary, setBoundary } from './commands/boundaries.ts';
export { addSeason, endSeason } from './commands/seasons.ts';
export { setTravelDays } from './commands/travel-days.ts';
export { importBoundaries, type ImportReport } from './importing.ts';
export { boundariesOf, listBoundaries, seasonsOf, travelDaysOf, listTravelDays, type SeasonEntry } from './land.ts';
export { SEASON_KINDS, type SeasonKind } from './seasons.ts';
export { KINDS, STATUSES } from './rules.ts';
