import { hash, type Options, verify } from '@node-rs/argon2';

// argon2id (the library's default) with the parameters that OWASP's Password Storage Cheat Sheet recommends;
// memory in KiB.
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } satisfies Options;

/** A salted argon2id hash in PHC format, to be kept in place of the password. */
export function hashPassword(password: string): Promise<string> {
  return hash(normalised(password), PARAMETERS);
}

/** Whether a hash was made with weaker parameters than those of today, or other ones. */
export function isOutdated(passwordHash: string): boolean {
  const { memoryCost: m, timeCost: t, parallelism: p } = PARAMETERS;
  return !passwordHash.startsWith(`$argon2id$v=19$m=${m},t=${t},p=${p}$`);
}

/** Whether this is the password of the hash. */
export function verifyPassword(passwordHash: string, password: string): Promise<boolean> {
  return verify(passwordHash, normalised(password));
}

/** Keyboards differ in how they compose letters such as `é`; the password is the same. */
function normalised(password: string): string {
  return password.normalize('NFC');
}
