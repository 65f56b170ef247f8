import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts small secrets for the database, so that a copy of it alone gives none away. */
export interface Sealer {
  seal(secret: string): string;
  /** What was sealed; null when it was sealed under another key, or changed since. */
  open(sealed: string): string | null;
}

/**
 * A sealer by AES-256-GCM.
 * @param key the site's session secret; the key is derived from it by HKDF.
 * @param purpose keeps keys for different purposes apart.
 */
export function createSealer(key: string, purpose: string): Sealer {
  const derived = Buffer.from(hkdfSync('sha256', key, '', purpose, 32));
  return {
    seal(secret) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, derived, iv);
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url');
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes.length < IV_BYTES + TAG_BYTES) return null;
      const decipher = createDecipheriv(CIPHER, derived, bytes.subarray(0, IV_BYTES));
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      try {
        const text = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES));
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch {
        return null;
      }
    },
  };
}
