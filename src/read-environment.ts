import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'dotenv';

/** The environment variables of this process, with those of `.env` (where there is one) behind them. */
export function readEnvironment(): Record<string, string | undefined> {
  const fromFile = existsSync('.env') ? parse(readFileSync('.env')) : {};
  return { ...fromFile, ...process.env };
}
