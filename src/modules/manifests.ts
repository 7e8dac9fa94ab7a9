// Every capability this program ships, in the order in which they open; a new module adds its line here.
import type { ModuleManifest } from '#platform/manifest';
import { accountsModule } from '#modules/accounts';
import { peopleModule } from '#modules/people';
import { proposalsModule } from '#modules/proposals';
import { resultsModule } from '#modules/results';
import { territoryModule } from '#modules/territory';
import { visitsModule } from '#modules/visits';

export const modules: readonly ModuleManifest[] = [
  territoryModule,
  accountsModule,
  peopleModule,
  visitsModule,
  proposalsModule,
  resultsModule,
];
