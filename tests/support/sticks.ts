// Sticks of couriers in tests: files in memory that can be lost, copied, bent and delivered in any order.
import {
  courierStatus,
  packBundle,
  peerNamed,
  unpackBundles,
  type BundleSource,
  type UnpackReport,
} from '#replication';
import type { TestProgram } from './program.ts';

export interface Stick extends BundleSource {
  bytes: Uint8Array;
}

export const stick = (name: string, bytes: Uint8Array): Stick => ({
  name,
  bytes,
  start: () => Promise.resolve(bytes.subarray(0, 48)),
  read: () => Promise.resolve(bytes),
});

export async function pack(
  from: TestProgram,
  to: string | number,
  budget?: number,
): Promise<Stick & { more: boolean }> {
  const peer = await peerNamed(from.replica, String(to));
  const { report, bytes } = await packBundle(from.replica, peer, budget ? { budget } : {});
  return { ...stick(report.name, bytes), more: report.more };
}

export const unpack = (into: Pick<TestProgram, 'replica'>, ...files: BundleSource[]): Promise<UnpackReport> =>
  unpackBundles(into.replica, files);

/** What became of each file, in the order given back: `taken`, `known`, … or the problem. */
export const outcomes = ({ files }: UnpackReport): string[] => files.map((file) => file.problem ?? file.outcome);

export const waiting = async (at: TestProgram): Promise<number> =>
  (await courierStatus(at.replica)).peers.reduce((sum, peer) => sum + peer.waiting, 0);

export function flipped(file: Stick, at: number, bit = 3): Stick {
  const bytes = Uint8Array.from(file.bytes);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
  return stick(file.name, bytes);
}

export const cut = (file: Stick, at: number): Stick => stick(file.name, file.bytes.subarray(0, at));

/** The program as it is when its power fails at the nth transaction: that one and all that follow are never begun. */
export function failingAt(program: TestProgram, nth: number): Pick<TestProgram, 'replica'> & { failed(): boolean } {
  let count = 0;
  const { replica } = program;
  const { db } = replica;
  const transaction: typeof db.transaction = (work, options) => {
    count += 1;
    if (count >= nth) return Promise.reject(new Error('the power failed'));
    return db.transaction(work, options);
  };
  const failing = Object.create(db, { transaction: { value: transaction } }) as typeof db;
  return { replica: { ...replica, db: failing }, failed: () => count >= nth };
}
