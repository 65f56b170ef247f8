import { Throttle } from '../http/throttle.ts';

const QUARTER_HOUR = 15 * 60;
const HOUR = 60 * 60;

/** Slows down those who guess passwords or make accounts in bulk. */
export class AccountThrottle {
  readonly #loginsByAccount = new Throttle({ attempts: 10, windowSeconds: QUARTER_HOUR });
  readonly #loginsByNetwork = new Throttle({ attempts: 100, windowSeconds: QUARTER_HOUR });
  readonly #registrations = new Throttle({ attempts: 100, windowSeconds: HOUR });

  /**
   * Counts one login before its password is checked. The account is counted together with the network, so
   * that a stranger cannot lock an owner out from elsewhere.
   * @throws {AppError} `too_many_attempts`
   */
  async countLogin(email: string, network: string): Promise<void> {
    await this.#loginsByNetwork.count(network);
    await this.#loginsByAccount.count(accountKey(email, network));
  }

  /** The login counted last was right: only failures stay counted, and this account's are forgiven. */
  async forgiveLogin(email: string, network: string): Promise<void> {
    await this.#loginsByNetwork.takeBack(network);
    await this.#loginsByAccount.forget(accountKey(email, network));
  }

  /** @throws {AppError} `too_many_attempts` */
  countRegistration(network: string): Promise<void> {
    return this.#registrations.count(network);
  }
}

function accountKey(email: string, network: string): string {
  return `${network} ${email}`;
}
