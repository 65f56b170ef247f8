import { parse } from 'bowser';

const LONGEST = 120;

/** What a person would call the device of a `User-Agent` header: `Firefox on Linux`. */
export function deviceName(userAgent: string | undefined): string {
  if (!userAgent) return 'Unknown device';
  const { browser, os } = parse(userAgent);
  const program = browser.name || userAgent.split(/[ /]/, 1)[0] || 'Unknown program';
  return (os.name ? `${program} on ${os.name}` : program).slice(0, LONGEST);
}
