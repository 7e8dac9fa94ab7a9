// A further key of a telecentre, as a rotation will write it: certified by the root, in the control log.
import * as v from 'valibot';
import { defineCommand } from '#platform/command';
import { partition } from '#platform/partitions';
import { system } from '#platform/permissions';
import type { TestProgram } from './program.ts';

export async function addKey(
  hub: TestProgram,
  number: number,
  publicKey: Uint8Array,
  certificate: Uint8Array,
): Promise<void> {
  const add = defineCommand({
    name: 'sites.add-key',
    permission: null,
    input: v.object({}),
    async run({ tx }) {
      await tx.append('site_key', {
        partition: partition.control(partition.public),
        number,
        public_key: publicKey,
        certificate,
      });
      return null;
    },
  });
  await hub.must(add, system, {});
}
