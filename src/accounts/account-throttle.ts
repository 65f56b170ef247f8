import type { AttemptStore } from '../database/attempt-store.ts';
import { Throttle } from '../http/throttle.ts';

const QUARTER_HOUR = 15 * 60;
const HOUR = 60 * 60;
const DAY = 24 * HOUR;

/** Slows down those who guess passwords or make accounts, mails or tokens in bulk. */
export class AccountThrottle {
  readonly #loginsByAccount: Throttle;
  readonly #loginsFromAnywhere: Throttle;
  readonly #loginsByNetwork: Throttle;
  readonly #registrations: Throttle;
  readonly #resetsByAccount: Throttle;
  readonly #resetsByNetwork: Throttle;
  readonly #secondFactors: Throttle;
  readonly #secondFactorsByDay: Throttle;
  readonly #mails: Throttle;
  readonly #passwordChecks: Throttle;
  readonly #tokens: Throttle;
  readonly #refusedTokens: Throttle;

  constructor(store: AttemptStore) {
    const throttle = (name: string, attempts: number, windowSeconds: number) =>
      new Throttle(store, { name, attempts, windowSeconds });
    this.#loginsByAccount = throttle('login-account', 10, QUARTER_HOUR);
    this.#loginsFromAnywhere = throttle('login-anywhere', 100, HOUR);
    this.#loginsByNetwork = throttle('login-network', 100, QUARTER_HOUR);
    this.#registrations = throttle('register', 100, HOUR);
    this.#resetsByAccount = throttle('reset-account', 3, HOUR);
    this.#resetsByNetwork = throttle('reset-network', 30, HOUR);
    this.#secondFactors = throttle('second-factor', 10, QUARTER_HOUR);
    this.#secondFactorsByDay = throttle('second-factor-day', 50, DAY);
    this.#mails = throttle('mail', 5, HOUR);
    this.#passwordChecks = throttle('password-check', 10, QUARTER_HOUR);
    this.#tokens = throttle('token', 30, HOUR);
    this.#refusedTokens = throttle('refused-token', 100, QUARTER_HOUR);
  }

  /**
   * Counts one login before its password is checked. The account is counted together with the network first, so
   * that a stranger cannot easily lock an owner out from elsewhere; who guesses from many networks at once meets a
   * second limit, and an owner who is locked out by that gets in by a password reset.
   * @throws {AppError} `too_many_attempts`
   */
  async countLogin(email: string, network: string): Promise<void> {
    await this.#loginsByNetwork.count(network);
    await this.#loginsByAccount.count(accountKey(email, network));
    await this.#loginsFromAnywhere.count(email);
  }

  /** The login counted last was right: only failures stay counted, and this account's are forgiven. */
  async forgiveLogin(email: string, network: string): Promise<void> {
    await this.#loginsByNetwork.takeBack(network);
    await this.forgiveAccount(email, network);
  }

  /** The owner has shown who they are in another way: what was counted of the account's logins is forgotten. */
  async forgiveAccount(email: string, network: string): Promise<void> {
    await this.#loginsByAccount.forget(accountKey(email, network));
    await this.#loginsFromAnywhere.forget(email);
  }

  /**
   * Counts one code of a second factor before it is checked.
   * @throws {AppError} `too_many_attempts`
   */
  async countSecondFactor(memberId: string): Promise<void> {
    await this.#secondFactors.count(memberId);
    await this.#secondFactorsByDay.count(memberId);
  }

  /** The code counted last was right. */
  async forgiveSecondFactor(memberId: string): Promise<void> {
    await this.#secondFactors.forget(memberId);
    await this.#secondFactorsByDay.forget(memberId);
  }

  /**
   * Counts one mail to an address that somebody has named who may be a stranger to it.
   * @throws {AppError} `too_many_attempts`
   */
  countMail(email: string): Promise<void> {
    return this.#mails.count(email);
  }

  /** @throws {AppError} `too_many_attempts` */
  countRegistration(network: string): Promise<void> {
    return this.#registrations.count(network);
  }

  /**
   * Counts one wish for a password reset.
   * @throws {AppError} `too_many_attempts`
   */
  async countReset(email: string, network: string): Promise<void> {
    await this.#resetsByNetwork.count(network);
    await this.#resetsByAccount.count(email);
  }

  /**
   * Counts one check of a logged-in member's password, as it is asked before what must not happen by a stolen session.
   * @throws {AppError} `too_many_attempts`
   */
  countPasswordCheck(memberId: string): Promise<void> {
    return this.#passwordChecks.count(memberId);
  }

  /** The check counted last was right. */
  forgivePasswordChecks(memberId: string): Promise<void> {
    return this.#passwordChecks.forget(memberId);
  }

  /**
   * Counts one new API token.
   * @throws {AppError} `too_many_attempts`
   */
  countToken(memberId: string): Promise<void> {
    return this.#tokens.count(memberId);
  }

  /**
   * Counts one API token that was worth nothing.
   * @throws {AppError} `too_many_attempts`
   */
  countRefusedToken(network: string): Promise<void> {
    return this.#refusedTokens.count(network);
  }
}

function accountKey(email: string, network: string): string {
  return `${network} ${email}`;
}
