// The platform's own tables and refusals, declared like any module's.
import { textType } from './dialect.ts';
import { defineModule, local } from './manifest.ts';

export const platformModule = defineModule({
  name: 'platform',
  permissions: ['audit.read', 'platform.operate'],
  roles: [
    { role: 'administrator', permissions: ['audit.read', 'platform.operate'] },
    { role: 'oversight', permissions: ['audit.read'] },
  ],
  tables: [local('schema_migration'), local('command_receipt'), local('audit_entry'), local('job_state')],
  refusals: ['platform.disk-full', 'platform.disk-error', 'permissions.sign-in', 'permissions.denied', 'input.invalid'],
  migrations: [
    {
      id: '20261124-create-platform',
      async up({ db, engine }) {
        const text = textType(engine) as never;
        await db.schema
          .createTable('command_receipt')
          .addColumn('key', text, (column) => column.primaryKey())
          .addColumn('command', text, (column) => column.notNull())
          .addColumn('result', text, (column) => column.notNull())
          .addColumn('at', 'bigint', (column) => column.notNull())
          .execute();
        await db.schema
          .createTable('audit_entry')
          .addColumn('at', 'bigint', (column) => column.notNull())
          .addColumn('actor', text, (column) => column.notNull())
          .addColumn('session', text)
          .addColumn('event', text, (column) => column.notNull())
          .addColumn('subject', text)
          .addColumn('detail', text)
          .execute();
        await db.schema
          .createIndex('audit_entry_at')
          .on('audit_entry')
          .columns(['at'] as never)
          .execute();
        await db.schema
          .createTable('job_state')
          .addColumn('name', text, (column) => column.primaryKey())
          .addColumn('last_started', 'bigint', (column) => column.notNull())
          .addColumn('last_finished', 'bigint')
          .addColumn('last_error', text)
          .execute();
      },
    },
  ],
  jobs: [
    {
      name: 'platform.forget-receipts',
      every: 86_400_000,
      async run(app) {
        const old = app.clock.now() - 90 * 86_400_000;
        await app.db.transaction((tx) => tx.local.deleteFrom('command_receipt').where('at', '<', old).execute());
      },
    },
  ],
});
