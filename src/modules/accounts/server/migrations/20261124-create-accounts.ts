// Accounts, grants, credentials, sessions.
import { textType } from '#platform/dialect';
import type { Migration } from '#platform/manifest';
import { account, accountGrant, credential, credentialChange, residentCredential, role } from '../tables.ts';

export const createAccounts: Migration = {
  id: '20261124-create-accounts',
  async up({ db, engine, createReplicated }) {
    for (const table of [account, accountGrant, credential, credentialChange, residentCredential, role])
      await createReplicated(table);
    const text = textType(engine) as never;
    const { schema } = db;
    await schema
      .createIndex('account_username')
      .on('account')
      .columns(['username'] as never)
      .execute();
    await schema
      .createIndex('account_grant_account')
      .on('account_grant')
      .columns(['account'] as never)
      .execute();
    await schema
      .createIndex('credential_account')
      .on('credential')
      .columns(['account'] as never)
      .execute();
    await schema
      .createIndex('credential_change_account')
      .on('credential_change')
      .columns(['account'] as never)
      .execute();
    await schema
      .createIndex('resident_credential_person')
      .on('resident_credential')
      .columns(['person'] as never)
      .execute();
    await schema
      .createTable('session')
      .addColumn('hash', text, (column) => column.primaryKey())
      .addColumn('kind', text, (column) => column.notNull())
      .addColumn('who', text, (column) => column.notNull())
      .addColumn('device', text, (column) => column.notNull())
      .addColumn('assisted_by', text)
      .addColumn('plain', 'boolean', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('seen_at', 'bigint', (column) => column.notNull())
      .addColumn('ends_at', 'bigint', (column) => column.notNull())
      .addColumn('ended_at', 'bigint')
      .execute();
    await schema
      .createIndex('session_who')
      .on('session')
      .columns(['who'] as never)
      .execute();
    await schema
      .createTable('sign_in_guard')
      .addColumn('key', text, (column) => column.primaryKey())
      .addColumn('kind', text, (column) => column.notNull())
      .addColumn('failures', 'integer', (column) => column.notNull())
      .addColumn('until', 'bigint', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .execute();
    await schema
      .createTable('known_device')
      .addColumn('key', text, (column) => column.primaryKey())
      .addColumn('seen_at', 'bigint', (column) => column.notNull())
      .execute();
    await schema
      .createTable('totp_step')
      .addColumn('account', text, (column) => column.primaryKey())
      .addColumn('step', 'bigint', (column) => column.notNull())
      .execute();
    await schema
      .createTable('start_link')
      .addColumn('hash', text, (column) => column.primaryKey())
      .addColumn('ends_at', 'bigint', (column) => column.notNull())
      .execute();
    await schema
      .createTable('help_code')
      .addColumn('hash', text, (column) => column.primaryKey())
      .addColumn('person', text, (column) => column.notNull())
      .addColumn('operator', text, (column) => column.notNull())
      .addColumn('presence', text, (column) => column.notNull())
      .addColumn('ends_at', 'bigint', (column) => column.notNull())
      .execute();
  },
};
