// The door to the queue.
export { queueModule } from './module.ts';
export { takeNumber } from './commands/take-number.ts';
export { callNumber } from './commands/call-number.ts';
export { finishNumber, leaveQueue, stepNumber } from './commands/step-number.ts';
export { findTicket, readQueue, type Queue, type Waiting } from './queries.ts';
export { NEEDS, PRIORITIES, type Standing } from './rules.ts';
