// A process of its own that takes a partition's head row on PostgreSQL and says so, then does nothing more: what a hub is that hangs. When its transaction is run again it goes through. Ends by itself.
import { openDb } from '#platform/db';
import { lockPartition } from '../../src/replication/server/store.ts';

const [databaseUrl = '', partition = ''] = process.argv.slice(2);
setTimeout(() => process.exit(1), 60_000).unref();
const db = openDb({ databaseUrl, connections: 1 });
let attempts = 0;
try {
  await db.transaction(
    async (tx) => {
      await lockPartition(tx, partition);
      attempts += 1;
      if (attempts > 1) return;
      process.stdout.write('held\n');
      await new Promise((resolve) => setTimeout(resolve, 5_500));
      await lockPartition(tx, partition);
    },
    { isolation: 'read committed' },
  );
  process.stdout.write(`committed the ${attempts}. time\n`);
} catch (error) {
  process.stdout.write(`failed ${String((error as { code?: string }).code ?? (error as Error).message)}\n`);
}
process.exit(0);
