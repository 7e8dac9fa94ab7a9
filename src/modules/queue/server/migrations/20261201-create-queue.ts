// Numbers by their day, steps by their number.
import type { Migration } from '#platform/manifest';
import { queueStep, queueTicket } from '../tables.ts';

export const createQueue: Migration = {
  id: '20261201-create-queue',
  async up({ db, createReplicated }) {
    for (const table of [queueTicket, queueStep]) await createReplicated(table);
    await db.schema
      .createIndex('queue_ticket_day')
      .on('queue_ticket')
      .columns(['partition', 'day'] as never)
      .execute();
    await db.schema
      .createIndex('queue_step_ticket')
      .on('queue_step')
      .columns(['ticket'] as never)
      .execute();
  },
};
