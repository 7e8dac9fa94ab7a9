// What the engine declares: its local tables, the sites and their keys, and who may manage them.
import { sql, type CreateTableBuilder } from 'kysely';
import { bytesType, textType } from '#platform/dialect';
import { defineModule, local, replicated } from '#platform/manifest';
import { indexAside } from './aside-quota.ts';
import { createErasures, erasureDoneTable, erasureTable } from './erasing.ts';
import { createVerdicts, verdictTable } from './verdict-tables.ts';
import { createConflicts } from './conflict-index.ts';
import {
  claimEndTable,
  createClaimEnds,
  createRuled,
  indexQuotas,
  loanTable,
  quotaTable,
  rulingTable,
  shareReturnTable,
} from './ruled-tables.ts';
import { COURIER_REFUSALS, createCourier } from './courier-tables.ts';
import type {} from './tables.ts';
import { openActsByRun } from './open-acts-table.ts';
import { createWatch } from './watch-tables.ts';

export const siteTable = replicated({
  number: 100,
  name: 'site',
  class: 'owned',
  control: true,
  partitions: ['public'],
  columns: {
    number: { n: 1, type: 'integer' },
    name: { n: 2, type: 'text' },
    district: { n: 3, type: 'text' },
    place: { n: 4, type: 'id' },
    state: { n: 5, type: 'text' },
  },
});

export const siteKeyTable = replicated({
  number: 101,
  name: 'site_key',
  class: 'fact',
  control: true,
  partitions: ['public'],
  columns: {
    number: { n: 1, type: 'integer' },
    public_key: { n: 2, type: 'bytes' },
    certificate: { n: 3, type: 'bytes' },
  },
});

/** Who did what stands in a log that many hold: written where only the home and the hub read. */
export const actActorTable = replicated({
  number: 102,
  name: 'act_actor',
  class: 'fact',
  partitions: ['site-private', 'hub'],
  columns: {
    of: { n: 1, type: 'text' },
    site: { n: 2, type: 'integer' },
    run: { n: 3, type: 'integer' },
    first_n: { n: 4, type: 'integer' },
    count: { n: 5, type: 'integer' },
    actor: { n: 6, type: 'text' },
  },
});

/** Somebody else asks the home of this partition to do something. */
export const requestTable = replicated({
  number: 103,
  name: 'request',
  class: 'fact',
  partitions: ['public', 'district', 'site', 'site-private', 'organisation', 'hub'],
  columns: { command: { n: 1, type: 'text' }, payload: { n: 2, type: 'json' } },
});

const LOCAL = [
  'replica_state',
  'log_counter',
  'log_open',
  'log_chain',
  'log_segment',
  'log_range',
  'log_edit',
  'log_partition',
  'log_applied',
  'log_held',
  'log_quarantine',
  'log_peer',
  'session_log',
  'enrolment_code',
  'session_token',
  'courier_made',
  'courier_taken',
  'courier_peer',
  'log_alarm',
  'link_day',
  'site_report',
  'ruled_claim',
  'open_conflict',
];

const RULED = [rulingTable, quotaTable, loanTable, shareReturnTable, claimEndTable];

const PERMISSIONS = [
  'sites.manage',
  'sites.read',
  'replication.operate',
  'quarantine.decide',
  'shares.lend',
  'erasures.order',
];

export const replicationModule = defineModule({
  name: 'replication',
  permissions: PERMISSIONS,
  roles: [
    {
      role: 'administrator',
      permissions: PERMISSIONS,
    },
    { role: 'coordinator', permissions: ['sites.read', 'replication.operate', 'quarantine.decide', 'shares.lend'] },
    { role: 'programme-staff', permissions: ['sites.read', 'replication.operate'] },
    { role: 'operator', permissions: ['replication.operate'] },
  ],
  tables: [
    siteTable,
    siteKeyTable,
    actActorTable,
    requestTable,
    verdictTable,
    ...RULED,
    erasureTable,
    erasureDoneTable,
    ...LOCAL.map(local),
  ],
  refusals: [
    'replication.not-allowed-here',
    'replication.not-enrolled',
    'replication.hub-only',
    'replication.telecentre-only',
    'replication.demo-refuses',
    'replication.already-enrolled',
    'replication.code-wrong',
    'replication.code-expired',
    'replication.code-used',
    'replication.wrong-hub',
    'replication.act-too-large',
    'replication.no-row',
    'replication.fact-stays',
    'replication.no-alarm',
    'replication.alarm-stays',
    ...COURIER_REFUSALS,
    'ruled.taken',
    'ruled.no-quota',
    'ruled.no-units',
    'shares.not-lent',
    'hub.refilling',
    'hub.whole-already',
    'shares.no-room',
    'shares.suspended',
    'shares.epoch-unknown',
    'shares.borrower-works',
    'conflicts.settled',
    'quarantine.decided',
    'quarantine.never-stands',
    'erasures.nobody',
    'sites.name-taken',
    'sites.unknown',
    'sites.no-number-left',
    'sites.not-enrolled',
    'sites.root-elsewhere',
    'sites.ended-already',
  ],
  migrations: [
    {
      id: '20261124-create-log',
      async up({ db, engine, createReplicated }) {
        const text = textType(engine) as never;
        const bytes = bytesType(engine) as never;
        const { schema } = db;
        // small rows need no second tree beside the one of their key
        const alone = <T extends string, C extends string>(table: CreateTableBuilder<T, C>) =>
          engine === 'sqlite' ? table.modifyEnd(sql`without rowid`) : table;
        await alone(
          schema
            .createTable('replica_state')
            .addColumn('key', text, (c) => c.primaryKey())
            .addColumn('value', text, (c) => c.notNull()),
        ).execute();
        await alone(
          schema
            .createTable('log_counter')
            .addColumn('partition', text, (c) => c.notNull())
            .addColumn('device', 'integer', (c) => c.notNull())
            .addColumn('next', 'bigint', (c) => c.notNull())
            .addPrimaryKeyConstraint('log_counter_key', ['partition', 'device'] as never),
        ).execute();
        await schema
          .createTable('log_open')
          .addColumn('partition', text, (c) => c.notNull())
          .addColumn('device', 'integer', (c) => c.notNull())
          .addColumn('run', 'integer', (c) => c.notNull())
          .addColumn('first_n', 'bigint', (c) => c.notNull())
          .addColumn('count', 'integer', (c) => c.notNull())
          .addColumn('act', bytes, (c) => c.notNull())
          .addColumn('digest', bytes, (c) => c.notNull())
          .addPrimaryKeyConstraint('log_open_key', ['partition', 'device', 'first_n'] as never)
          .execute();
        await alone(
          schema
            .createTable('log_chain')
            .addColumn('partition', text, (c) => c.notNull())
            .addColumn('site', 'integer', (c) => c.notNull())
            .addColumn('epoch', 'bigint', (c) => c.notNull())
            .addColumn('seq', 'bigint', (c) => c.notNull())
            .addColumn('chain', bytes, (c) => c.notNull())
            .addPrimaryKeyConstraint('log_chain_key', ['partition', 'site', 'epoch'] as never),
        ).execute();
        await schema
          .createTable('log_segment')
          .addColumn('partition', text, (c) => c.notNull())
          .addColumn('site', 'integer', (c) => c.notNull())
          .addColumn('epoch', 'bigint', (c) => c.notNull())
          .addColumn('seq_from', 'bigint', (c) => c.notNull())
          .addColumn('seq_to', 'bigint', (c) => c.notNull())
          .addColumn('feed', 'bigint', (c) => c.notNull())
          .addColumn('bytes', bytes, (c) => c.notNull())
          .addColumn('stored_at', 'bigint', (c) => c.notNull())
          .addPrimaryKeyConstraint('log_segment_key', ['partition', 'feed'] as never)
          .execute();
        await schema
          .createIndex('log_segment_position')
          .on('log_segment')
          .columns(['partition', 'site', 'epoch', 'seq_from'] as never)
          .execute();
        for (const table of ['log_range', 'log_applied']) {
          let create = schema
            .createTable(table)
            .addColumn('partition', text, (c) => c.notNull())
            .addColumn('site', 'integer', (c) => c.notNull())
            .addColumn('device', 'integer', (c) => c.notNull())
            .addColumn('run', 'integer', (c) => c.notNull())
            .addColumn('from_n', 'bigint', (c) => c.notNull())
            .addColumn('to_n', 'bigint', (c) => c.notNull());
          if (table === 'log_range') create = create.addColumn('feed', 'bigint', (c) => c.notNull()) as never;
          await alone(
            create.addPrimaryKeyConstraint(`${table}_key`, ['partition', 'site', 'device', 'run', 'from_n'] as never),
          ).execute();
        }
        await alone(
          schema
            .createTable('log_partition')
            .addColumn('partition', text, (c) => c.primaryKey())
            .addColumn('feed_name', text, (c) => c.notNull())
            .addColumn('feed', 'bigint', (c) => c.notNull())
            .addColumn('digest', bytes, (c) => c.notNull()),
        ).execute();
        for (const table of ['log_held', 'log_quarantine']) {
          let create = schema
            .createTable(table)
            .addColumn('partition', text, (c) => c.notNull())
            .addColumn('site', 'integer', (c) => c.notNull())
            .addColumn('device', 'integer', (c) => c.notNull())
            .addColumn('run', 'integer', (c) => c.notNull())
            .addColumn('n', 'bigint', (c) => c.notNull())
            .addColumn('table_number', 'integer', (c) => c.notNull())
            .addColumn('row', text, (c) => c.notNull())
            .addColumn('reason', text, (c) => c.notNull())
            .addColumn('act', bytes, (c) => c.notNull());
          if (table === 'log_quarantine') {
            create = create
              .addColumn('at', 'bigint', (c) => c.notNull())
              .addColumn('state', text, (c) => c.notNull()) as never;
          }
          await create
            .addPrimaryKeyConstraint(`${table}_key`, ['partition', 'site', 'device', 'run', 'n'] as never)
            .execute();
        }
        await schema
          .createIndex('log_held_row')
          .on('log_held')
          .columns(['partition', 'table_number', 'row'] as never)
          .execute();
        await alone(
          schema
            .createTable('log_peer')
            .addColumn('partition', text, (c) => c.notNull())
            .addColumn('peer', 'integer', (c) => c.notNull())
            .addColumn('feed_name', text, (c) => c.notNull())
            .addColumn('cursor', 'bigint', (c) => c.notNull())
            .addColumn('acked_epoch', 'bigint', (c) => c.notNull())
            .addColumn('acked_seq', 'bigint', (c) => c.notNull())
            .addPrimaryKeyConstraint('log_peer_key', ['partition', 'peer'] as never),
        ).execute();
        await schema
          .createTable('session_log')
          .addColumn('at', 'bigint', (c) => c.notNull())
          .addColumn('peer', 'integer', (c) => c.notNull())
          .addColumn('report', text, (c) => c.notNull())
          .addColumn('ok', 'boolean', (c) => c.notNull())
          .execute();
        await schema
          .createIndex('session_log_at')
          .on('session_log')
          .columns(['at'] as never)
          .execute();
        await schema
          .createTable('enrolment_code')
          .addColumn('site', text, (c) => c.primaryKey())
          .addColumn('hash', text, (c) => c.notNull())
          .addColumn('made_at', 'bigint', (c) => c.notNull())
          .addColumn('expires_at', 'bigint', (c) => c.notNull())
          .addColumn('used_at', 'bigint')
          .execute();
        await schema
          .createTable('session_token')
          .addColumn('site', 'integer', (c) => c.primaryKey())
          .addColumn('token', bytes, (c) => c.notNull())
          .execute();
        await createReplicated(siteTable);
        await createReplicated(siteKeyTable);
        await createReplicated(actActorTable);
        await createReplicated(requestTable);
      },
    },
    createCourier,
    createVerdicts,
    createWatch,
    createRuled,
    createConflicts,
    openActsByRun,
    createErasures,
    indexAside,
    createClaimEnds,
    indexQuotas,
  ],
});
