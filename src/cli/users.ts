import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { createAccountServices } from '../account-services.ts';
import { registrationSchema } from '../accounts/account-schemas.ts';
import type { Member, Role } from '../accounts/member.ts';
import { MemberDirectory } from '../admin/member-directory-read-model.ts';
import { loadConfig } from '../config.ts';
import { migrateUp, openDatabase } from '../database/database.ts';
import { AppError } from '../errors.ts';
import { explainStart } from '../explain-start.ts';
import { parse } from '../http/validation.ts';
import { createLogger } from '../logger.ts';
import { readEnvironment } from '../read-environment.ts';

const USAGE = `npm run users -- list
npm run users -- create --email ada@example.org [--name "Ada Example"] [--role member|admin]
npm run users -- promote ada@example.org
npm run users -- demote ada@example.org

create asks for the password, or reads it from the first line of standard input.`;

const PAGE = 500;

/** `npm run users`: accounts from a shell, for who runs the server. */
async function main(): Promise<void> {
  // Photos, mail and the database are nobody else's on this machine.
  process.umask(0o077);
  const { command, email, name, role } = readArguments();
  const config = loadConfig(readEnvironment());
  const database = openDatabase(config.database);
  // Nothing here seals or signs, so the session secret is of no concern.
  const services = createAccountServices(database, config, '', createLogger('warn', false));
  try {
    await migrateUp(database);
    switch (command) {
      case 'list':
        return await list(new MemberDirectory(database));
      case 'create':
        return say(await create({ email, name: name ?? email.split('@', 1)[0] ?? email, role }));
      case 'promote':
        return say(await changeRole(email, 'admin'));
      case 'demote':
        return say(await changeRole(email, 'member'));
    }
  } finally {
    await services.mailer.close();
    await database.destroy();
  }

  async function create(wanted: { email: string; name: string; role: Role }): Promise<string> {
    const password = await readPassword();
    const registration = parse(registrationSchema, { ...wanted, password, passwordConfirmation: password });
    const member = await services.accounts.register(registration);
    await services.audit.record('account_created', { subject: member });
    if (member.role === wanted.role) return `Created ${member.email} (${member.role}).`;
    if (wanted.role === 'member') return `Created ${member.email} (admin: the first account always is).`;
    await setRole(member, 'admin');
    return `Created ${member.email} (admin).`;
  }

  async function changeRole(address: string, wanted: Role): Promise<string> {
    const member = await services.accounts.findByEmail(address.trim().toLowerCase());
    if (!member) throw new AppError('not_found', `There is no account with the address ${address}.`);
    if (member.role === wanted)
      return `${member.email} is ${wanted === 'admin' ? 'an admin' : 'a member'} already.`;
    await setRole(member, wanted);
    return `${member.email} is now ${wanted === 'admin' ? 'an admin' : 'a member'}.`;
  }

  async function setRole(member: Member, wanted: Role): Promise<void> {
    await services.administration.setRole(member.id, wanted);
    await services.audit.record('role_changed', { subject: member, details: `to ${wanted}` });
  }
}

async function list(directory: MemberDirectory): Promise<void> {
  let cursor: string | null = null;
  do {
    const page = await directory.list({}, 'email', cursor, PAGE);
    for (const { email, role, suspendedAt, createdAt } of page.entries) {
      const state = suspendedAt ? 'suspended' : 'active';
      say([email, role, state, createdAt.toISOString()].join('\t'));
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
}

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { email: { type: 'string' }, name: { type: 'string' }, role: { type: 'string' } },
  });
  const [command, address] = positionals;
  const { name, role = 'member' } = values;
  const email = address ?? values.email ?? '';
  const known = command === 'list' || command === 'create' || command === 'promote' || command === 'demote';
  if (!known || positionals.length > 2) throw new UsageError();
  if (command !== 'list' && email === '') throw new UsageError();
  if (role !== 'member' && role !== 'admin') throw new UsageError();
  return { command, email, name, role } as const;
}

class UsageError extends Error {
  override readonly message = USAGE;
}

/** Asks in a terminal, without showing what is typed; else takes the first line of standard input. */
async function readPassword(): Promise<string> {
  const { stdin, stderr } = process;
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: silent, terminal: stdin.isTTY === true });
  if (stdin.isTTY) stderr.write('Password: ');
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
    if (stdin.isTTY) stderr.write('\n');
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function explain(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  if (error instanceof AppError)
    return [...new Set([...error.fields.map(({ message }) => message)])].join('\n') || error.message;
  if (error instanceof TypeError && 'code' in error) return `${error.message}\n\n${USAGE}`;
  return explainStart(error);
}

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
});
