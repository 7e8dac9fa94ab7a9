// The door to accounts: signing in, sessions, roles and who holds them.
export { accountsModule } from './module.ts';
export { addAccount, withFreshPassword } from './commands/add-account.ts';
export { endGrant, grantRole, setAccountState, spreadAccounts } from './commands/grant-role.ts';
export { changePassword, resetPassword, setResidentCredential, setTotp } from './commands/credentials.ts';
export { endSession } from './commands/sessions.ts';
export { claimStartLink, makeStartLink } from './commands/first-administrator.ts';
export { signIn, signInAssisted, signInResident, type SignedIn } from './sign-in.ts';
export { readSession, hashToken } from './sessions.ts';
export {
  findAccount,
  findAccountByName,
  listAccounts,
  listGrants,
  listOpenSessions,
  latestCredential,
  rolesNow,
  type AccountEntry,
  type GrantEntry,
  type SessionEntry,
} from './queries.ts';
export {
  hashSecret,
  newTotpSecret,
  PICTURES,
  secretHolds,
  speakablePassword,
  totpAddress,
  totpStep,
} from './secrets.ts';
export { changeOwnPassword, changeOwnTotp, passwordFits } from './own-account.ts';
