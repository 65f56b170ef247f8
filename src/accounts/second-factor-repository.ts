import type { Database } from '../database/database.ts';
import { inTransaction } from '../database/transaction.ts';

/** What a member's device makes its login codes from. */
export interface SecondFactor {
  /** As it was given to `start`. */
  secret: string;
  /** Null until the member has shown that the device knows the secret. */
  enabledAt: Date | null;
}

interface SecondFactorRow {
  member_id: string;
  secret: string;
  enabled_at: Date | number | null;
  last_step: number | null;
}

interface RecoveryCodeRow {
  member_id: string;
  code_hash: string;
}

/** The second factors of members, and their recovery codes by the SHA-256 of each (hexadecimal, lower case). */
export class SecondFactorRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async find(memberId: string): Promise<SecondFactor | null> {
    const row = await this.#database<SecondFactorRow>('second_factors')
      .where({ member_id: memberId })
      .first();
    if (row === undefined) return null;
    return { secret: row.secret, enabledAt: row.enabled_at === null ? null : new Date(row.enabled_at) };
  }

  /** Keeps a secret that is not enabled yet, in place of any that was there and not enabled either. */
  async start(memberId: string, secret: string): Promise<void> {
    await inTransaction(this.#database, async (transaction) => {
      await transaction<SecondFactorRow>('second_factors')
        .where({ member_id: memberId })
        .whereNull('enabled_at')
        .delete();
      await transaction<SecondFactorRow>('second_factors')
        .insert({ member_id: memberId, secret, enabled_at: null, last_step: null })
        .onConflict('member_id')
        .ignore();
    });
  }

  /** Enables what was started; `false` when there is nothing to enable. */
  async enable(memberId: string, at: Date): Promise<boolean> {
    const enabled = await this.#database<SecondFactorRow>('second_factors')
      .where({ member_id: memberId })
      .whereNull('enabled_at')
      .update({ enabled_at: at });
    return enabled > 0;
  }

  /** Notes the time step of a code that was used; `false` when it, or a later one, was used before. */
  async useStep(memberId: string, step: number): Promise<boolean> {
    const used = await this.#database<SecondFactorRow>('second_factors')
      .where({ member_id: memberId })
      .where((unused) => unused.whereNull('last_step').orWhere('last_step', '<', step))
      .update({ last_step: step });
    return used > 0;
  }

  /** Removes the second factor with its recovery codes; `false` when there was none. */
  async delete(memberId: string): Promise<boolean> {
    return inTransaction(this.#database, async (transaction) => {
      await transaction<RecoveryCodeRow>('recovery_codes').where({ member_id: memberId }).delete();
      return (
        (await transaction<SecondFactorRow>('second_factors').where({ member_id: memberId }).delete()) > 0
      );
    });
  }

  async replaceRecoveryCodes(memberId: string, hashes: readonly string[]): Promise<void> {
    await inTransaction(this.#database, async (transaction) => {
      await transaction<RecoveryCodeRow>('recovery_codes').where({ member_id: memberId }).delete();
      await transaction<RecoveryCodeRow>('recovery_codes').insert(
        hashes.map((hash) => ({ member_id: memberId, code_hash: hash })),
      );
    });
  }

  /** Uses a recovery code up; `false` when there is no such code. */
  async useRecoveryCode(memberId: string, hash: string): Promise<boolean> {
    const used = await this.#database<RecoveryCodeRow>('recovery_codes')
      .where({ member_id: memberId, code_hash: hash })
      .delete();
    return used > 0;
  }

  async countRecoveryCodes(memberId: string): Promise<number> {
    const row = await this.#database<RecoveryCodeRow>('recovery_codes')
      .where({ member_id: memberId })
      .count({ count: '*' })
      .first();
    return Number(row?.count ?? 0);
  }
}
