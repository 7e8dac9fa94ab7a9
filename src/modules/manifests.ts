// Every capability this program ships, in the order in which they open; a new module adds its line here.
import type { ModuleManifest } from '#platform/manifest';

export const modules: readonly ModuleManifest[] = [];
