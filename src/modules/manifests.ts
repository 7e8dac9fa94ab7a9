// Every capability this program ships, in the order in which they open; a new module adds its line here.
import type { ModuleManifest } from '#platform/manifest';
import { accountsModule } from '#modules/accounts';
import { bookingsModule } from '#modules/bookings';
import { eventsModule } from '#modules/events';
import { hoursModule } from '#modules/hours';
import { paperModule } from '#modules/paper';
import { peopleModule } from '#modules/people';
import { printingModule } from '#modules/printing';
import { proposalsModule } from '#modules/proposals';
import { queueModule } from '#modules/queue';
import { resultsModule } from '#modules/results';
import { siteModule } from '#modules/site';
import { stationsModule } from '#modules/stations';
import { statisticsModule } from '#modules/statistics';
import { suggestionsModule } from '#modules/suggestions';
import { territoryModule } from '#modules/territory';
import { visitsModule } from '#modules/visits';

export const modules: readonly ModuleManifest[] = [
  territoryModule,
  accountsModule,
  peopleModule,
  hoursModule,
  visitsModule,
  queueModule,
  bookingsModule,
  stationsModule,
  paperModule,
  printingModule,
  suggestionsModule,
  eventsModule,
  siteModule,
  proposalsModule,
  resultsModule,
  statisticsModule,
];
