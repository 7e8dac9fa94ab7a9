// Accounts, what they were granted and how they prove themselves. The hub writes them; copies travel to where somebody is granted.
import { replicated, type EngineColumns } from '#platform/manifest';

/** Owned by the hub: `hub/control`, with copies in `t/<site>/private/control`. */
export const account = replicated({
  number: 10,
  name: 'account',
  class: 'owned',
  control: true,
  partitions: ['hub', 'site-private'],
  subject: 'id',
  columns: {
    username: { n: 1, type: 'text' },
    name: { n: 2, type: 'text', sealed: true },
    language: { n: 3, type: 'text' },
    state: { n: 4, type: 'text' },
  },
});

export const accountGrant = replicated({
  number: 11,
  name: 'account_grant',
  class: 'owned',
  control: true,
  partitions: ['hub', 'site-private'],
  columns: {
    account: { n: 1, type: 'id' },
    role: { n: 2, type: 'text' },
    scope_kind: { n: 3, type: 'text' },
    scope_id: { n: 4, type: 'text' },
    from_day: { n: 5, type: 'date' },
    to_day: { n: 6, type: 'date' },
    ended: { n: 7, type: 'boolean' },
  },
});

const credentialColumns = {
  account: { n: 1, type: 'id' },
  kind: { n: 2, type: 'text' },
  secret: { n: 3, type: 'text', sealed: true },
  /** Id of the hub's word that this follows; see `credentials.ts`. */
  epoch: { n: 4, type: 'id' },
  /** Orders what follows the same word; never before what its writer knew. */
  set_at: { n: 5, type: 'instant' },
} as const;

/** Given by the hub, with copies where the person may sign in. */
export const credential = replicated({
  number: 12,
  name: 'credential',
  class: 'fact',
  control: true,
  partitions: ['hub', 'site-private'],
  subject: 'account',
  columns: credentialColumns,
});

/** Changed by the person at a telecentre that may be offline for months. */
export const credentialChange = replicated({
  number: 13,
  name: 'credential_change',
  class: 'fact',
  partitions: ['hub', 'site-private'],
  subject: 'account',
  columns: credentialColumns,
});

/** A resident's PIN or three pictures, at the telecentre that gave the card. */
export const residentCredential = replicated({
  number: 14,
  name: 'resident_credential',
  class: 'fact',
  partitions: ['site-private'],
  subject: 'person',
  columns: {
    person: { n: 1, type: 'id' },
    kind: { n: 2, type: 'text' },
    secret: { n: 3, type: 'text', sealed: true },
    /** Orders secrets of one person; never before what was set here already, whatever the clock says. */
    set_at: { n: 4, type: 'instant' },
  },
});

/** Further roles and further permissions of shipped ones. */
export const role = replicated({
  number: 15,
  name: 'role',
  class: 'owned',
  control: true,
  partitions: ['public'],
  columns: { name: { n: 1, type: 'text' }, permissions: { n: 2, type: 'json' } },
});

interface Key extends EngineColumns {
  partition: string;
  id: string;
}
export interface AccountRow extends Key {
  username: string | null;
  name: string | null;
  language: string | null;
  /** `active` or `disabled`. */
  state: string | null;
  meta: string | null;
}
export interface GrantRow extends Key {
  account: string;
  role: string;
  /** `programme`, `province`, `district`, `site` or `organisation`. */
  scope_kind: string;
  /** UBIGEO, site id or organisation id; null for the programme. */
  scope_id: string | null;
  from_day: string | null;
  to_day: string | null;
  ended: boolean | null;
  meta: string | null;
}
export interface CredentialRow extends Key {
  account: string;
  /** `password` (an argon2id hash) or `totp` (a base32 secret; empty = turned off). */
  kind: string;
  secret: string | null;
  epoch: string | null;
  set_at: number | null;
}
export interface ResidentCredentialRow extends Key {
  person: string;
  /** `pin` or `pictures`. */
  kind: string;
  secret: string | null;
  set_at: number | null;
}

declare module '#platform/db' {
  interface Tables {
    account: AccountRow;
    account_grant: GrantRow;
    credential: CredentialRow;
    credential_change: CredentialRow;
    resident_credential: ResidentCredentialRow;
    role: Key & { name: string | null; permissions: string | null; meta: string | null };
    session: {
      /** Hash of the cookie's token. */
      hash: string;
      kind: 'account' | 'resident';
      /** Account or person. */
      who: string;
      device: string;
      /** Operator who opened it for a person present. */
      assisted_by: string | null;
      /** Opened from another machine without TLS: only roles that may do so count in it. */
      plain: boolean;
      created_at: number;
      seen_at: number;
      ends_at: number;
      ended_at: number | null;
    };
    /** Tries that failed, by what was tried; kept in the database, so that a restart forgives nothing. */
    sign_in_guard: { key: string; kind: string; failures: number; until: number; at: number };
    /** Devices that somebody signed in with before: strangers who guess elsewhere do not lock them out. */
    known_device: { key: string; seen_at: number };
    totp_step: { account: string; step: number };
    start_link: { hash: string; ends_at: number };
    /** One-time numbers with which a person present signs in on another computer of the telecentre. */
    help_code: { hash: string; person: string; operator: string; presence: string; ends_at: number };
  }
}
