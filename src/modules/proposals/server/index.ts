// The door to proposals.
export { proposalsModule } from './module.ts';
export { submitProposal } from './commands/submit-proposal.ts';
export { supportProposal } from './commands/support-proposal.ts';
export { answerProposal } from './commands/answer-proposal.ts';
export { withdrawProposal } from './commands/withdraw-proposal.ts';
export { findProposal, listProposals, nameSupports, supportOf, type FoundProposal } from './queries.ts';
export { DECISIONS, type Answer, type Decision, type ProposalState } from './rules.ts';
export { PRESENCES } from './fields.ts';
