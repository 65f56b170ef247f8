import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PROGRAM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/**
 * For the `skip` of suites that need a browser: a reason where there is none, which the runner prints; `false` where there
 * is one, and in CI, where nothing may be left out and the suite fails instead.
 */
export const withoutChromium =
  !existsSync(PROGRAM) && process.env.CI !== 'true' && `left out: there is no Chromium at ${PROGRAM}`;

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: PROGRAM, args: FLAGS });
}
