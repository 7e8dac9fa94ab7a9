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
} as const;

/** Given by the hub; the latest of a kind counts. */
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
  username: string;
  name: string | null;
  language: string | null;
  /** `active` or `disabled`. */
  state: string;
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
}
export interface ResidentCredentialRow extends Key {
  person: string;
  /** `pin` or `pictures`. */
  kind: string;
  secret: string | null;
}

declare module '#platform/db' {
  interface Tables {
    account: AccountRow;
    account_grant: GrantRow;
    credential: CredentialRow;
    credential_change: CredentialRow;
    resident_credential: ResidentCredentialRow;
    role: Key & { name: string; permissions: string; meta: string | null };
    session: {
      /** Hash of the cookie's token. */
      hash: string;
      kind: 'account' | 'resident';
      /** Account or person. */
      who: string;
      device: string;
      /** Operator who opened it for a person present. */
      assisted_by: string | null;
      created_at: number;
      seen_at: number;
      ends_at: number;
      ended_at: number | null;
    };
    /** Failures in a row, by account, card or device. */
    sign_in_guard: { key: string; failures: number; until: number };
    totp_step: { account: string; step: number };
    start_link: { hash: string; ends_at: number };
  }
}
