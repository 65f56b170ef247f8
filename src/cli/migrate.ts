import { loadConfig } from '../config.ts';
import { migrateDown, migrateUp, openDatabase } from '../database/database.ts';
import { explainStart } from '../explain-start.ts';
import { readEnvironment } from '../read-environment.ts';

/** `npm run migrate` brings the schema up to date; `npm run migrate:down` takes the newest migration back. */
async function main(): Promise<void> {
  // Photos, mail and the database are nobody else's on this machine.
  process.umask(0o077);
  const down = process.argv[2] === 'down';
  const database = openDatabase(loadConfig(readEnvironment()).database);
  try {
    const names = await (down ? migrateDown(database) : migrateUp(database));
    const done = `${down ? 'Taken back' : 'Applied'}: ${names.join(', ')}`;
    const nothing = down ? 'there is no migration to take back' : 'the database is up to date';
    process.stdout.write(names.length === 0 ? `Nothing to do: ${nothing}.\n` : `${done}\n`);
  } finally {
    await database.destroy();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${explainStart(error)}\n`);
  process.exit(1);
});
