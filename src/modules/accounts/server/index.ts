// The door to accounts: signing in, sessions, roles and who holds them.
export { accountsModule } from './module.ts';
export { addAccount, withFreshPassword } from './commands/add-account.ts';
export { endGrant, grantRole, spreadAccounts } from './commands/grant-role.ts';
export { resetPassword, resetTotp, setAccountState } from './commands/account-state.ts';
export { changePassword, setResidentCredential, setTotp } from './commands/credentials.ts';
export { endOtherSessions, endSession } from './commands/sessions.ts';
export { setRole } from './commands/roles.ts';
export { PRESENCES, startHelp } from './commands/assist.ts';
export { claimStartLink, makeStartLink } from './commands/first-administrator.ts';
export { signIn, signInCode, signInResident, signInWithHelp, type SignedIn } from './sign-in.ts';
export { readSession, hashToken } from './sessions.ts';
export { latestCredential } from './credentials.ts';
export {
  findAccount,
  findAccountByName,
  listAccounts,
  listGrants,
  listOpenSessions,
  listRoles,
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
