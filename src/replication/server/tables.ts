// Tables of the log itself. All are local: what travels is segments, these only say what is stored, applied and acknowledged here.
import type { EngineColumns } from '#platform/manifest';

declare module '#platform/db' {
  interface Tables {
    replica_state: { key: string; value: string };
    log_counter: { partition: string; device: number; next: number };
    log_open: {
      partition: string;
      device: number;
      run: number;
      first_n: number;
      count: number;
      /** The act, encoded alone. */
      act: Uint8Array;
      /** What the act changed in the partition's digest, 16 bytes; added when the segment closes, so that no command waits for another. */
      digest: Uint8Array;
    };
    log_chain: {
      partition: string;
      site: number;
      epoch: number;
      /** Last position stored, gapless from 1. */
      seq: number;
      /** Chain hash at that position. */
      chain: Uint8Array;
    };
    log_segment: {
      partition: string;
      site: number;
      epoch: number;
      seq_from: number;
      seq_to: number;
      /** Number in this holder's feed of the partition, gapless from 1. */
      feed: number;
      bytes: Uint8Array;
      stored_at: number;
    };
    log_range: {
      partition: string;
      site: number;
      device: number;
      run: number;
      from_n: number;
      to_n: number;
      /** Feed number of the segment that holds these operations. */
      feed: number;
    };
    log_partition: {
      partition: string;
      /** Random name of this holder's feed; new after a restore. */
      feed_name: string;
      /** Last feed number given. */
      feed: number;
      /** Sum of the row hashes, 16 bytes. */
      digest: Uint8Array;
    };
    log_applied: { partition: string; site: number; device: number; run: number; from_n: number; to_n: number };
    log_held: {
      partition: string;
      site: number;
      device: number;
      run: number;
      n: number;
      table_number: number;
      row: string;
      /** `no-create` (its first operation is not here), `unknown-table`, `unknown-column`. */
      reason: string;
      act: Uint8Array;
    };
    log_quarantine: {
      partition: string;
      site: number;
      device: number;
      run: number;
      n: number;
      table_number: number;
      row: string;
      /** Why: `not-allowed`, `forged-control`, `two-contents` … */
      reason: string;
      act: Uint8Array;
      at: number;
      /** `waiting`, `released`, `rejected`. */
      state: string;
    };
    log_peer: {
      partition: string;
      /** The other side: hub at a telecentre. */
      peer: number;
      feed_name: string;
      /** Feed number up to which we hold what the peer has. */
      cursor: number;
      /** Our own chain as the peer has receipted it. */
      acked_epoch: number;
      acked_seq: number;
    };
    session_log: {
      at: number;
      peer: number;
      /** JSON of SessionReport. */
      report: string;
      ok: boolean;
      /** Whether segments went over the link; null in rows from before this was kept. */
      moved: boolean | null;
    };
    enrolment_code: {
      site: string;
      /** Hash of the code's secret half. */
      hash: string;
      made_at: number;
      expires_at: number;
      used_at: number | null;
    };
    session_token: { site: number; token: Uint8Array };
    site: SiteRow;
    site_key: SiteKeyRow;
    act_actor: EngineColumns & {
      partition: string;
      id: string;
      of: string;
      site: number;
      run: number;
      first_n: number;
      count: number;
      actor: string;
    };
    request: EngineColumns & { partition: string; id: string; command: string; payload: string };
  }
}

/** A telecentre, as the hub names it to all. Owned by the hub, partition `public/control`. */
export interface SiteRow extends EngineColumns {
  partition: string;
  id: string;
  number: number;
  name: string;
  district: string;
  place: string | null;
  /** `planned`, `enrolled`, `ended`, `compromised`. */
  state: string;
  meta: string | null;
}

/** A signing key of a site, certified by the hub. Fact, partition `public/control`. */
export interface SiteKeyRow extends EngineColumns {
  partition: string;
  id: string;
  number: number;
  public_key: Uint8Array;
  /** Signature of the programme's root key over number and public key. */
  certificate: Uint8Array;
}
