// The door of replication: what the program, the command line and the screens may call.
export { openReplica, type Replica, type ReplicaParts } from './replica.ts';
export { replicationModule } from './manifest.ts';
export { findSite, findSiteByNumber, listSites, type SiteSummary } from './sites.ts';
export { closeOpenActs } from './close.ts';
export { syncOnce, SESSION_PATH, type SessionReport } from './session-client.ts';
export { answerSession } from './session-hub.ts';
export { answerEnrolment, enrolWithHub, ENROL_PATH } from './enrol.ts';
export { startReplicationJobs } from './background.ts';
export { listQuarantine, listSessions, siteBoard, syncSummary, type SyncSummary } from './status.ts';
export { explainRow, type ActNote, type MadeBy } from './explain.ts';
export { localTransport } from './local-transport.ts';
export { httpTransport, LinkError, type Transport } from './transport.ts';
export type { Identity } from './identity.ts';
export { foldHeld } from './fold.ts';
export { finishRestore, markRestored, RESTORED_LINE } from './restored.ts';
export { inspectLog, type LogFinding, type LogReport } from './inspect.ts';
export { openKeyFile, openKeySchema, type KeyStore, type StoredKey } from './keys.ts';
