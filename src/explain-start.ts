import { NO_DATABASE } from './database/sqlite-file.ts';
import { StartError } from './start-error.ts';

/** What drivers and Node say when something outside the program is in the way, by their codes. */
const EXPLANATIONS: { codes: readonly string[]; explain: (error: SystemError) => string }[] = [
  {
    codes: ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
    explain: ({ message }) =>
      `The database cannot be reached: ${message}. Start it, or set DATABASE_URL to where it is.`,
  },
  {
    codes: [
      'ER_ACCESS_DENIED_ERROR',
      'ER_ACCESS_DENIED_NO_PASSWORD_ERROR',
      'ER_DBACCESS_DENIED_ERROR',
      'ER_HOST_NOT_PRIVILEGED',
    ],
    explain: ({ message }) => `The database refuses the user of DATABASE_URL: ${message}.`,
  },
  {
    codes: ['ER_TABLEACCESS_DENIED_ERROR'],
    explain: ({ sqlMessage }) => `The user of DATABASE_URL needs every right on its database: ${sqlMessage}.`,
  },
  {
    codes: ['ER_BAD_DB_ERROR'],
    explain: ({ message }) => `${message}: create it, or set DATABASE_URL to another.`,
  },
  {
    codes: ['SQLITE_NOTADB', 'SQLITE_CORRUPT'],
    explain: () => NO_DATABASE,
  },
  { codes: ['SQLITE_FULL'], explain: () => 'No space is left on the disk of the database.' },
  { codes: ['EACCES', 'EPERM'], explain: unusable('this user has no right to it') },
  { codes: ['EROFS'], explain: unusable('its file system is read-only') },
  { codes: ['ENOTDIR', 'EEXIST'], explain: unusable('a part of this path is a file, not a folder') },
  { codes: ['EISDIR'], explain: unusable('it is a folder, not a file') },
  { codes: ['ENOSPC', 'EDQUOT'], explain: unusable('no space is left on its disk') },
];

/** An error of Node or of a driver, with what these put on it. */
type SystemError = Error & { code: string; path?: string; sqlMessage?: string };

/** One line for what the person at the terminal can put right; everything for what is the program's own fault. */
export function explainStart(error: unknown): string {
  if (error instanceof StartError) return error.message;
  if (!(error instanceof Error)) return String(error);
  if ('code' in error) {
    const known = EXPLANATIONS.find(({ codes }) => codes.includes(String(error.code)));
    if (known) return known.explain(error as SystemError);
  }
  return error.stack ?? error.message;
}

function unusable(reason: string): (error: SystemError) => string {
  return ({ path }) => `${path ?? 'A file'} cannot be used: ${reason}.`;
}
