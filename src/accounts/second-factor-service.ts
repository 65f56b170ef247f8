import { createHash, randomInt } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { AppError } from '../errors.ts';
import type { Sealer } from '../sealer.ts';
import type { Member } from './member.ts';
import type { SecondFactorRepository } from './second-factor-repository.ts';

/** What a device is set up with. */
export interface SecondFactorSetup {
  /** `otpauth://` address, for a QR code. */
  uri: string;
  /** The secret in Base32, for devices without a camera. */
  secret: string;
}

/** What a code was that was right. */
export type SecondFactorProof = 'code' | 'recovery code';

const PERIOD_SECONDS = 30;
/** Steps by which a device's clock may be off. */
const WINDOW = 1;
const SECRET_BYTES = 20;
const RECOVERY_CODES = 10;
/** Letters and digits that are not taken for each other; 30 of 32 kinds make 150 bits. */
const RECOVERY_ALPHABET = 'abcdefghjkmnpqrstuvwxyz023456789';
const RECOVERY_GROUPS = 5;
const RECOVERY_GROUP_LENGTH = 6;

/** Two-factor login by codes of RFC 6238 (TOTP: SHA-1, 6 digits, 30 seconds), and recovery codes for a lost device. */
export class SecondFactorService {
  readonly #factors: SecondFactorRepository;
  readonly #sealer: Sealer;

  constructor({ factors, sealer }: { factors: SecondFactorRepository; sealer: Sealer }) {
    this.#factors = factors;
    this.#sealer = sealer;
  }

  async isEnabled(memberId: string): Promise<boolean> {
    return ((await this.#factors.find(memberId))?.enabledAt ?? null) !== null;
  }

  /**
   * What to set the member's device up with; the same until `enable`, so that a reloaded page does not spoil it.
   * @throws {AppError} `conflict` when it is enabled already.
   */
  async setUp(member: Pick<Member, 'id' | 'email'>): Promise<SecondFactorSetup> {
    let factor = await this.#factors.find(member.id);
    if (factor === null || (factor.enabledAt === null && this.#sealer.open(factor.secret) === null)) {
      await this.#factors.start(member.id, this.#sealer.seal(new Secret({ size: SECRET_BYTES }).base32));
      factor = await this.#factors.find(member.id);
    }
    if (factor === null || factor.enabledAt !== null) {
      throw new AppError('conflict', 'Two-factor login is on already.');
    }
    const secret = this.#sealer.open(factor.secret) ?? '';
    return { secret, uri: totp(secret, member.email).toString() };
  }

  /**
   * Switches two-factor login on, once the device has shown by a code that it knows the secret.
   * @returns The recovery codes: told only now.
   * @throws {AppError} `invalid_input` for the field `code`
   */
  async enable(memberId: string, code: string): Promise<string[]> {
    const factor = await this.#factors.find(memberId);
    const right = factor?.enabledAt === null && (await this.#isCode(memberId, factor.secret, code));
    if (!right || !(await this.#factors.enable(memberId, new Date()))) {
      const message = 'This is not the code that the device shows now. Check that its clock is right.';
      throw new AppError('invalid_input', message, { fields: [{ path: 'code', message }] });
    }
    return this.replaceRecoveryCodes(memberId);
  }

  /** Switches two-factor login off, or breaks setting it up off; `false` when there was nothing. */
  disable(memberId: string): Promise<boolean> {
    return this.#factors.delete(memberId);
  }

  /** Makes the recovery codes anew; the earlier ones are worth nothing any more. */
  async replaceRecoveryCodes(memberId: string): Promise<string[]> {
    const codes = Array.from({ length: RECOVERY_CODES }, recoveryCode);
    await this.#factors.replaceRecoveryCodes(memberId, codes.map(hashOf));
    return codes;
  }

  /** Recovery codes that are left. */
  countRecoveryCodes(memberId: string): Promise<number> {
    return this.#factors.countRecoveryCodes(memberId);
  }

  /** What this code proves at a login; null when it is wrong or was used before. A right one is used up. */
  async verify(memberId: string, code: string): Promise<SecondFactorProof | null> {
    const factor = await this.#factors.find(memberId);
    if (!factor?.enabledAt) return null;
    if (await this.#isCode(memberId, factor.secret, code)) return 'code';
    return (await this.#factors.useRecoveryCode(memberId, hashOf(code))) ? 'recovery code' : null;
  }

  async #isCode(memberId: string, sealed: string, code: string): Promise<boolean> {
    const secret = this.#sealer.open(sealed);
    const digits = code.replaceAll(/\s/g, '');
    if (secret === null || !/^\d{6}$/.test(digits)) return false;
    const now = Date.now();
    const delta = totp(secret).validate({ token: digits, timestamp: now, window: WINDOW });
    if (delta === null) return false;
    const step = Math.floor(now / 1000 / PERIOD_SECONDS) + delta;
    return this.#factors.useStep(memberId, step);
  }
}

function totp(secret: string, label = ''): TOTP {
  return new TOTP({
    issuer: 'DetectX',
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD_SECONDS,
    secret: Secret.fromBase32(secret),
  });
}

function recoveryCode(): string {
  const letter = () => RECOVERY_ALPHABET[randomInt(RECOVERY_ALPHABET.length)];
  const group = () => Array.from({ length: RECOVERY_GROUP_LENGTH }, letter).join('');
  return Array.from({ length: RECOVERY_GROUPS }, group).join('-');
}

/** Whether this has the form of a recovery code; case and separators are the reader's. */
export function isRecoveryCode(code: string): boolean {
  return plain(code).length === RECOVERY_GROUPS * RECOVERY_GROUP_LENGTH;
}

function plain(code: string): string {
  return code.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** A recovery code has 150 random bits, so it needs no slow hash. */
function hashOf(code: string): string {
  return createHash('sha256').update(plain(code)).digest('hex');
}
