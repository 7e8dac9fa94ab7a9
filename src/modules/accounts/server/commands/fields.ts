// Fields that several commands of accounts take.
import * as v from 'valibot';
import { text } from '#platform/input';

/** Small letters and digits, 3 to 40; also dot, dash and underscore inside. */
export const username = () =>
  v.pipe(
    text(40),
    v.transform((value) => value.toLowerCase()),
    v.regex(/^[a-z0-9][a-z0-9._-]{2,39}$/, 'accounts.username-form'),
  );

/** A hash made before the transaction: hashing takes long and must not hold the database. */
export const secretHash = () => v.pipe(v.string('field.invalid'), v.regex(/^\$argon2id\$v=19\$/, 'field.invalid'));

/** Typed text of one shape; empty and absent are null. */
export const optionalShape = (shape: RegExp, code: string) =>
  v.pipe(
    v.optional(v.nullable(v.string('field.invalid')), null),
    v.transform((value) => value?.trim() || null),
    v.nullable(v.pipe(v.string(), v.regex(shape, code))),
  );
