// Every capability this program ships, in the order in which they open; a new module adds its line here.
import type { ModuleManifest } from '#platform/manifest';
import { peopleModule } from '#modules/people';
import { proposalsModule } from '#modules/proposals';
import { visitsModule } from '#modules/visits';

export const modules: readonly ModuleManifest[] = [peopleModule, visitsModule, proposalsModule];
