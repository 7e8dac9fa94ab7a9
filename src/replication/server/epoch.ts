// Epochs: a chain's life. A site whose past is in doubt draws a new one, and nothing it numbered before is numbered again.
import { randomInt } from 'node:crypto';

/** 40 random bits above zero; two epochs of one site never meet by chance. */
export function newEpoch(): number {
  return randomInt(1, 2 ** 40);
}
