// The words of the log: values, operations, acts and where they stand; pure data, no behaviour.

export type Value = null | boolean | number | string | Uint8Array;

/** Names an operation for ever, together with its partition. */
export interface Dot {
  /** 0 = hub. */
  site: number;
  /** 0 = the site's server. */
  device: number;
  /** 20 random bits of one program start. */
  run: number;
  /** Counts on through runs, from 1, per partition and device. */
  n: number;
}

/** A dot with what decides what is shown: hybrid stamp in milliseconds, clock state 0 unknown, 1 estimated, 2 synced. */
export interface Stamped extends Dot {
  at: number;
  clock: number;
}

/** Personal fields of one operation, sealed together under their subject's key. */
export interface Sealed {
  /** Column numbers, ascending. */
  columns: number[];
  bytes: Uint8Array;
}

export interface Operation {
  n: number;
  /** Table number of the manifest. */
  table: number;
  /** Record id. */
  row: string;
  kind: 'create' | 'set';
  /** Column number and value, ascending by column; sealed columns are not among them. */
  fields: [column: number, value: Value][];
  sealed?: Sealed;
  /** Class shared only: per column the operations that this one replaces. */
  replaces?: [column: number, dots: Dot[]][];
}

export interface ActHeader {
  /** `module.verb`. */
  command: string;
  /** Account or person id; absent in logs that many hold. */
  actor?: string;
  role?: string;
  /** Hybrid stamp, milliseconds UTC. */
  at: number;
  /** 0 unknown, 1 estimated, 2 synced. */
  clock: number;
  /** Schema version of the writer: its number of migrations. */
  schema: number;
  /** How far the writer knew the hub's log `public/control`; absent at the hub, and where nothing of it had come. */
  control?: Position;
}

/** What one command did in one partition. Operations have consecutive numbers from `firstN`. */
export interface Act {
  partition: string;
  site: number;
  device: number;
  run: number;
  firstN: number;
  header: ActHeader;
  operations: Operation[];
}

/** Where a closed operation stands: one gapless chain per partition, site and epoch, from 1. */
export interface Position {
  epoch: number;
  seq: number;
}

/** An act holds at most this many encoded bytes; an import is many acts. */
export const MAX_ACT_BYTES = 16_384;
/** A segment is closed before its encoded form is larger than this. */
export const MAX_SEGMENT_BYTES = 16_384;
/** A segment opens to this many bytes at most. */
export const MAX_OPEN_BYTES = 1_048_576;
