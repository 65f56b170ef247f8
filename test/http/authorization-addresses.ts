import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { LinkPurpose } from '../../src/accounts/account-link.ts';
import type { Member } from '../../src/accounts/member.ts';
import type { Route } from '../../src/http/route.ts';
import { ApiClient } from '../api-client.ts';
import { drawWords } from '../drawn-pictures.ts';
import type { TestApp } from '../test-app.ts';
import { Browser, PASSWORD } from './browser.ts';

/** Makes what a parameter names, the holder's where it is a member's own, and returns the parameter's value. */
type MakeValue = (app: TestApp, holder: Member) => Promise<string>;

/** By the path as the route declares it, up to and with its parameter. */
const PARAMETERS: Readonly<Record<string, MakeValue>> = {
  '/photos/:id': newPhoto,
  '/api/v1/photos/:id': newPhoto,
  '/trash/:id': newTrashedPhoto,
  '/api/v1/trash/:id': newTrashedPhoto,
  '/account/sessions/:id': newSession,
  '/account/tokens/:id': newToken,
  '/api/v1/tokens/:id': newToken,
  '/searches/:id': newSearch,
  '/api/v1/searches/:id': newSearch,
  '/account/email/:token': (app) => newLink(app, 'email'),
  '/reset-password/:token': (app) => newLink(app, 'reset'),
  '/register/confirm/:token': (app) => newLink(app, 'registration'),
  '/invitation/:token': (app) => newLink(app, 'invitation'),
  '/admin/feedback/:id': newFeedback,
  '/api/v1/admin/feedback/:id': newFeedback,
  '/admin/users/:id': async (app) => (await newMember(app)).id,
  '/admin/users/invitations/:id': newInvitation,
  '/admin/reanalysis/:id': newReanalysis,
  '/api/v1/admin/reanalysis/:id': newReanalysis,
};

/** A path as it is asked for. */
export interface Address {
  path: string;
  /** As `path`, of something that is not there. */
  unknownPath: string;
}

/** Whether a path names one of several things. */
export function hasParameter({ path }: Route): boolean {
  return parameterOf(path) !== undefined;
}

/** Makes something that the path of a route can name, and returns its address. */
export async function newAddress(app: TestApp, { path }: Route, holder: Member): Promise<Address> {
  const parameter = parameterOf(path);
  if (parameter === undefined) return { path, unknownPath: path };
  const make = PARAMETERS[parameter];
  assert.ok(
    make,
    `add '${parameter}' to PARAMETERS in test/http/authorization-addresses.ts, with a function that makes what it names`,
  );
  const value = await make(app, holder);
  const filled = (id: string) => path.replace(parameter, parameter.replace(/[:*]\w+$/, id));
  return { path: filled(value), unknownPath: filled(value.replaceAll(/[0-9a-f]/g, '0')) };
}

function parameterOf(path: string): string | undefined {
  return /^.*[:*]\w+/.exec(path)?.[0];
}

async function newPhoto({ services, url }: TestApp, holder: Member): Promise<string> {
  const { secret } = await services.tokens.create(holder.id, { name: 'camera', scope: 'write' });
  const { png } = drawWords(randomUUID());
  return (await new ApiClient(url, holder.id, secret).upload(png, 'photo.png', '?tasks=objects')).id;
}

async function newTrashedPhoto(app: TestApp, holder: Member): Promise<string> {
  const id = await newPhoto(app, holder);
  await app.services.photos.remove(holder, id);
  return id;
}

async function newSession({ server, services }: TestApp, { id, email }: Member): Promise<string> {
  const earlier = await services.sessions.list(id, '');
  assert.equal((await new Browser(server).logIn(email, PASSWORD)).status, 303);
  const sessions = await services.sessions.list(id, '');
  return present(sessions.find((session) => !earlier.some((other) => other.id === session.id))?.id);
}

async function newToken({ services }: TestApp, holder: Member): Promise<string> {
  return (await services.tokens.create(holder.id, { name: 'camera', scope: 'read' })).token.id;
}

async function newSearch({ services }: TestApp, holder: Member): Promise<string> {
  const search = { name: randomUUID(), query: 'dog', sort: 'newest' } as const;
  return (await services.searches.save(holder.id, search)).id;
}

async function newLink(app: TestApp, purpose: LinkPurpose): Promise<string> {
  const member = purpose === 'email' || purpose === 'reset' ? await newMember(app) : null;
  return app.services.links.issue(purpose, { email: newEmail(), memberId: member?.id ?? null });
}

async function newInvitation({ services }: TestApp): Promise<string> {
  const email = newEmail();
  await services.links.issue('invitation', { email });
  const invitations = await services.links.list('invitation');
  return present(invitations.find((invitation) => invitation.email === email)?.id);
}

async function newFeedback(app: TestApp): Promise<string> {
  const { feedback } = await app.services.feedback.give(await newMember(app), {
    rating: 4,
    message: 'Good.',
  });
  return String(feedback.id);
}

/** One run is in force at a time. */
async function newReanalysis(app: TestApp, holder: Member): Promise<string> {
  const { reanalyses } = app.services;
  // Not the holder's: their rows must stay as they are while the run goes on.
  const photoId = await newPhoto(app, await newMember(app));
  for (const { id, endedAt } of await reanalyses.list()) {
    // It may end by itself just now.
    if (endedAt === null) await reanalyses.cancel(String(id)).catch(() => {});
  }
  return String((await reanalyses.startNamed(holder.id, photoId)).id);
}

/** Nobody can log in to it: that spares hashing a password. */
function newMember({ services }: TestApp): Promise<Member> {
  return services.accounts.create({ name: 'Ada Example', email: newEmail(), passwordHash: '' });
}

function newEmail(): string {
  return `${randomUUID()}@example.org`;
}

function present(value: string | undefined): string {
  assert.ok(value);
  return value;
}
