// What accounts declare: tables, permissions, roles without a module of their own, refusals, the job that spreads copies.
import { runCommand } from '#platform/command';
import { defineModule, local } from '#platform/manifest';
import { system } from '#platform/permissions';
import { spreadAccounts } from './commands/grant-role.ts';
import { tidySessions } from './commands/sessions.ts';
import { createAccounts } from './migrations/20261124-create-accounts.ts';
import { account, accountGrant, credential, credentialChange, residentCredential, role } from './tables.ts';

export const accountsModule = defineModule({
  name: 'accounts',
  permissions: ['accounts.manage', 'accounts.assist', 'accounts.open-session'],
  roles: [
    { role: 'administrator', permissions: ['accounts.manage'] },
    { role: 'operator', permissions: ['accounts.assist'] },
    { role: 'facilitator', permissions: ['accounts.assist'] },
    // shipped roles whose permissions come with later modules
    ...[
      'resident',
      'coordinator',
      'municipal-staff',
      'organisation-delegate',
      'treasurer',
      'juror',
      'programme-staff',
      'evaluator',
      'oversight',
      'translator',
      'donor',
    ].map((name) => ({ role: name, permissions: [] })),
  ],
  tables: [
    account,
    accountGrant,
    credential,
    credentialChange,
    residentCredential,
    role,
    local('session'),
    local('sign_in_guard'),
    local('known_device'),
    local('totp_step'),
    local('start_link'),
    local('help_code'),
  ],
  migrations: [createAccounts],
  refusals: [
    'accounts.username-form',
    'accounts.username-taken',
    'accounts.role-unknown',
    'accounts.role-form',
    'accounts.permission-unknown',
    'accounts.unknown',
    'accounts.grant-unknown',
    'accounts.last-administrator',
    'accounts.dates-crossed',
    'accounts.not-yourself',
    'accounts.code-used',
    'accounts.code-late',
    'accounts.totp-already',
    'accounts.card-stopped',
    'accounts.help-wrong',
    'accounts.busy',
    'accounts.session-unknown',
    'accounts.link-ended',
    'accounts.wrong',
    'accounts.wait',
    'accounts.code-needed',
    'accounts.code-wrong',
    'accounts.needs-https',
    'accounts.clock-unknown',
    'accounts.only-here',
    'accounts.wrong-card',
    'accounts.password-short',
  ],
  jobs: [
    {
      name: 'accounts.spread',
      every: 60_000,
      role: 'hub',
      async run(app) {
        // a telecentre is given a few accounts at once, so that each act stays small
        for (let rounds = 0; rounds < 20; rounds++) {
          const outcome = await runCommand(app, spreadAccounts, { actor: system, input: {} });
          if (!outcome.ok || outcome.value.written === 0) return;
        }
      },
    },
    {
      name: 'accounts.tidy',
      every: 10 * 60_000,
      async run(app) {
        await runCommand(app, tidySessions, { actor: system, input: {} });
      },
    },
  ],
});
