// Numbers by their day, steps by their number.
import type { Migration } from '#platform/manifest';
import { queueStep, queueTicket } from '../tables.ts';

export const createQueue: Migration = {
  id: '20261201-create-queue',
  async up({ createReplicated }) {
    await createReplicated(queueTicket, ['partition', 'day']);
    await createReplicated(queueStep, ['ticket']);
  },
};
