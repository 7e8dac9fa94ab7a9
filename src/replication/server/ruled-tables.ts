// Class ruled: the authority's words, how much there is, what it lent, what came back, and how every claim stands here.
import { textType } from '#platform/dialect';
import { replicated, type EngineColumns, type Migration, type PartitionKind } from '#platform/manifest';

/** Where more than one site may claim. */
const SHARED_BY_SEVERAL: PartitionKind[] = ['public', 'district', 'organisation', 'hub'];

/** The authority's word on one claim, in the control log beside the partition where the claim lies, so that every holder hears it. */
export const rulingTable = replicated({
  number: 105,
  name: 'ruling',
  class: 'fact',
  control: true,
  partitions: SHARED_BY_SEVERAL,
  columns: {
    of_table: { n: 1, type: 'integer' },
    row: { n: 2, type: 'id' },
    state: { n: 3, type: 'text' },
    reason: { n: 4, type: 'text' },
    turn: { n: 5, type: 'integer' },
  },
});

/** How many units of a thing there are. */
export const quotaTable = replicated({
  number: 106,
  name: 'quota',
  class: 'owned',
  control: true,
  partitions: SHARED_BY_SEVERAL,
  columns: {
    of_table: { n: 1, type: 'integer' },
    key: { n: 2, type: 'text' },
    units: { n: 3, type: 'integer' },
  },
});

/** Units lent to a site for as long as its chain goes on under one epoch. */
export const loanTable = replicated({
  number: 107,
  name: 'loan',
  class: 'owned',
  control: true,
  partitions: SHARED_BY_SEVERAL,
  columns: {
    of_table: { n: 1, type: 'integer' },
    key: { n: 2, type: 'text' },
    site: { n: 3, type: 'integer' },
    epoch: { n: 4, type: 'integer' },
    units: { n: 5, type: 'integer' },
    ended: { n: 6, type: 'boolean' },
  },
});

/** The borrower gives units back; only its own word counts. */
export const shareReturnTable = replicated({
  number: 108,
  name: 'share_return',
  class: 'fact',
  partitions: SHARED_BY_SEVERAL,
  columns: { loan: { n: 1, type: 'id' }, units: { n: 2, type: 'integer' } },
});

/** A claim is given up: it counts for nobody any more and its units are free. Whoever may claim there may write it, its module says for whom. */
export const claimEndTable = replicated({
  number: 111,
  name: 'claim_end',
  class: 'fact',
  partitions: SHARED_BY_SEVERAL,
  columns: { of_table: { n: 1, type: 'integer' }, row: { n: 2, type: 'id' } },
});

export interface ClaimLine {
  partition: string;
  table_number: number;
  row: string;
  /** What the claim is about, see `keyOf`. */
  key: string;
  units: number;
  share: string | null;
  site: number;
  device: number;
  run: number;
  n: number;
  at: number;
  clock: number;
  /** `accepted`, `refused`, `provisional`, `ended`. */
  state: string;
  reason: string;
  /** Whether the authority has spoken. */
  ruled: boolean;
}

declare module '#platform/db' {
  interface Tables {
    ruling: EngineColumns & {
      partition: string;
      id: string;
      of_table: number | null;
      row: string | null;
      /** `accepted`, `refused`, `void`. */
      state: string | null;
      reason: string | null;
      turn: number | null;
    };
    quota: EngineColumns & {
      partition: string;
      id: string;
      of_table: number | null;
      key: string | null;
      units: number | null;
      meta: string | null;
    };
    loan: EngineColumns & {
      partition: string;
      id: string;
      of_table: number | null;
      key: string | null;
      site: number | null;
      epoch: number | null;
      units: number | null;
      ended: boolean | null;
      meta: string | null;
    };
    share_return: EngineColumns & { partition: string; id: string; loan: string | null; units: number | null };
    claim_end: EngineColumns & { partition: string; id: string; of_table: number | null; row: string | null };
    /** How every claim held here stands, kept in step with claims, words, loans and returns. */
    ruled_claim: ClaimLine;
  }
}

/** Appended to the module's migrations; never changed afterwards. */
export const createRuled: Migration = {
  id: '20261129-create-ruled',
  async up({ db, engine, createReplicated }) {
    const text = textType(engine) as never;
    for (const table of [rulingTable, quotaTable, loanTable, shareReturnTable]) await createReplicated(table);
    const index = (table: string, columns: string[]) =>
      db.schema
        .createIndex(`${table}_${columns.at(-1) ?? ''}`)
        .on(table)
        .columns(columns as never)
        .execute();
    await index('ruling', ['partition', 'row']);
    await index('share_return', ['partition', 'loan']);
    let claims = db.schema.createTable('ruled_claim');
    for (const name of ['partition', 'row', 'key', 'state', 'reason'])
      claims = claims.addColumn(name, text, (c) => c.notNull()) as never;
    for (const name of ['table_number', 'units', 'site', 'device', 'run', 'n', 'at', 'clock'])
      claims = claims.addColumn(name, 'bigint', (c) => c.notNull()) as never;
    await claims
      .addColumn('share', text)
      .addColumn('ruled', 'boolean', (c) => c.notNull())
      .addPrimaryKeyConstraint('ruled_claim_key', ['partition', 'table_number', 'row'] as never)
      .execute();
    await db.schema
      .createIndex('ruled_claim_thing')
      .on('ruled_claim')
      .columns(['partition', 'table_number', 'key'] as never)
      .execute();
    await db.schema
      .createIndex('ruled_claim_state')
      .on('ruled_claim')
      .columns(['state', 'site'] as never)
      .execute();
  },
};

/** Places may be given up. */
export const createClaimEnds: Migration = {
  id: '20261202-create-claim-ends',
  up: ({ createReplicated }) => createReplicated(claimEndTable, ['row']),
};

/** Of a district with ten thousand events each finds its own. */
export const indexQuotas: Migration = {
  id: '20261203-index-quotas',
  async up({ db }) {
    for (const table of ['quota', 'loan'] as const)
      await db.schema
        .createIndex(`${table}_thing`)
        .on(table)
        .columns(['partition', 'of_table', 'key'] as never)
        .execute();
  },
};
