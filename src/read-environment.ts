import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'dotenv';

/** The environment variables of this process that are not empty, with those of `.env` (where there is one) behind them. */
export function readEnvironment(): Record<string, string | undefined> {
  const fromFile = existsSync('.env') ? parse(readFileSync('.env')) : {};
  const set = Object.entries(process.env).filter(([, value]) => value?.trim());
  return { ...fromFile, ...Object.fromEntries(set) };
}
