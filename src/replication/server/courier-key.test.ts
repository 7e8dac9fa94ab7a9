import { identityToRecipient } from 'age-encryption';
import { expect, test } from 'vitest';
import { ageSecretOf, openSealed, recipientOf, sealFor } from './courier-key.ts';
import { makeKeyPair } from './identity.ts';

test('the two halves of a site’s key stay two halves of one age key', async () => {
  for (let one = 0; one < 20; one++) {
    const pair = makeKeyPair();
    expect(ageSecretOf(pair)).toMatch(/^AGE-SECRET-KEY-1[A-Z0-9]{58}$/);
    expect(await identityToRecipient(ageSecretOf(pair))).toBe(recipientOf(pair.publicKey));
  }
});

test('only the pair it was sealed to opens it, and only as it was', async () => {
  const pair = makeKeyPair();
  const sealed = await sealFor(pair.publicKey, Buffer.from('quince sobres'));
  expect(Buffer.from((await openSealed(pair, sealed)) ?? []).toString()).toBe('quince sobres');
  expect(await openSealed(makeKeyPair(), sealed)).toBeUndefined();
  sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
  expect(await openSealed(pair, sealed)).toBeUndefined();
});

test('what is no point of the curve is no recipient', () => {
  expect(() => recipientOf(new Uint8Array(32).fill(0xff))).toThrow();
});
