import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary as common } from '@zxcvbn-ts/language-common';
import { dictionary as english, translations } from '@zxcvbn-ts/language-en';

/** Of 0 to 4: 3 resists guessing of a stolen hash for long enough that it can be changed. */
const LEAST_SCORE = 3;

/** Estimating takes longer than linearly in the length, and what comes after this many characters changes nothing. */
const LONGEST_ESTIMATED = 64;

const estimator = new ZxcvbnFactory({
  dictionary: { ...common, ...english },
  graphs: adjacencyGraphs,
  translations,
});

/**
 * Why a password would be guessed soon, in words, or null when it would not; estimated by zxcvbn.
 * @param own what others know of the member, such as name and e-mail address: a bad start of a password.
 */
export function passwordWeakness(password: string, own: readonly string[]): string | null {
  const words = own
    .flatMap((text) => {
      const parts = text.split(/[^\p{L}\p{N}]+/u);
      return [text, parts.join(''), ...parts];
    })
    .filter((word) => word.length > 2);
  const { score, feedback } = estimator.check(password.slice(0, LONGEST_ESTIMATED), [...words, 'detectx']);
  if (score >= LEAST_SCORE) return null;
  const reasons = [feedback.warning, ...feedback.suggestions].filter(Boolean);
  return ['This password is easy to guess.', ...reasons].join(' ');
}
