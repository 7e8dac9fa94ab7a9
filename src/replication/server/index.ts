// The door of replication: what the program, the command line and the screens may call.
export { openReplica, type Replica, type ReplicaParts } from './replica.ts';
export { replicationModule } from './manifest.ts';
export { findSite, findSiteByNumber, listSites, type SiteSummary } from './sites.ts';
