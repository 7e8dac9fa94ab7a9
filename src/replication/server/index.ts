// The door of replication: what the program, the command line and the screens may call.
export { openReplica, type Replica, type ReplicaParts } from './replica.ts';
export { replicationModule } from './manifest.ts';
export { listErasures, performErasures, type ErasureState } from './erasing.ts';
export { awaitedSites } from './refill.ts';
export { findSite, findSiteByNumber, listSites, type SiteSummary } from './sites.ts';
export { closeOpenActs } from './close.ts';
export { syncOnce, SESSION_PATH, type SessionReport } from './session-client.ts';
export { answerSession } from './session-hub.ts';
export { answerEnrolment, enrolWithHub, ENROL_PATH } from './enrol.ts';
export { startReplicationJobs } from './background.ts';
export { listAside, type AsideAct, type AsideBatch } from './aside.ts';
export { listSessions, syncSummary, type SyncSummary } from './status.ts';
export { NEEDS, siteBoard, type Board, type BoardRow, type Need } from './site-report.ts';
export { openAlarms, type Alarm } from './alarms.ts';
export { countReceipted } from './items.ts';
export { makeAllAnew, type AnewReport } from './anew.ts';
export { workSafety, type WorkSafety } from './safety.ts';
export {
  claimsThatAre,
  countClaims,
  listClaims,
  standingOf,
  type ClaimCounts,
  type ClaimState,
  type ListedClaim,
} from './claims.ts';
export { endClaim, freeQuota, leftToGive, lendQuota, sayQuota } from './shares.ts';
export { openConflicts, readConflicts, type ConflictValue, type FieldConflict } from './conflicts.ts';
export { explainRow, type ActNote, type MadeBy } from './explain.ts';
export { localTransport } from './local-transport.ts';
export { httpTransport, LinkError, type Transport } from './transport.ts';
export { answerTime, TIME_PATH } from './hub-time.ts';
export type { Identity } from './identity.ts';
export { foldHeld } from './fold.ts';
export { openLog } from './opening.ts';
export { writeMarker } from './marker.ts';
export { adoptKey, renewKey, resumeRenewals } from './key-renewal.ts';
export { finishRestore, markRestored, RESTORED_LINE } from './restored.ts';
export { inspectLog, type LogFinding, type LogReport } from './inspect.ts';
export { openKeyFile, openKeySchema, type KeyStore, type StoredKey } from './keys.ts';
export { makeBundle, packBundle, type PackReport } from './courier.ts';
export { headOf, unpackBundles, type TakenFile, type UnpackReport } from './courier-unpack.ts';
export { courierStatus, findMade, type CourierStatus, type MadeBundle } from './courier-status.ts';
export { peerNamed } from './courier-peer.ts';
export * from './courier-files.ts';
