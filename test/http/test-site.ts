import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Express } from 'express';
import { pino } from 'pino';
import { createAccountServices } from '../../src/account-services.ts';
import { accountApi } from '../../src/accounts/account-api.ts';
import { loginPages } from '../../src/accounts/login-pages.ts';
import { passwordResetPages } from '../../src/accounts/password-reset-pages.ts';
import { registrationPages } from '../../src/accounts/registration-pages.ts';
import { sessionPages } from '../../src/accounts/session-pages.ts';
import { tokenPages } from '../../src/accounts/token-pages.ts';
import type { Database } from '../../src/database/database.ts';
import { assemble } from '../../src/http/assemble.ts';
import { createAuthentication } from '../../src/http/authentication.ts';
import { createCsrfProtection } from '../../src/http/csrf.ts';
import { currentMember } from '../../src/http/current-member.ts';
import type { Route } from '../../src/http/route.ts';
import { SessionStore } from '../../src/http/session-store.ts';
import { themePages } from '../../src/http/theme-pages.ts';
import type { Logger } from '../../src/logger.ts';

const SECRET = 'a secret for tests that nobody else has';

export interface TestSiteOptions {
  allowRegistration?: boolean;
  logger?: Logger;
  routes?: readonly Route[];
  trustProxy?: boolean;
}

/**
 * A site with accounts, real templates and a real database, and with a few plain routes in the place of the
 * photos: `/` and `/photos` show who is there, `/admin` is for admins, `/api/v1/things` takes anything.
 */
export function createTestSite(database: Database, options: TestSiteOptions = {}): Express {
  const { allowRegistration = true, logger = pino({ level: 'silent' }), routes = [] } = options;
  const services = createAccountServices(
    database,
    {
      dataDir: mkdtempSync(path.join(tmpdir(), 'detectx-site-')),
      baseUrl: 'http://localhost:3000',
      smtpUrl: null,
      mailFrom: 'detectx@localhost',
      quota: { photos: null, bytes: null },
    },
    SECRET,
    logger,
  );
  const csrf = createCsrfProtection({ secret: SECRET });
  const authentication = createAuthentication(services);
  const account = { ...services, authentication, allowRegistration };
  return assemble(
    {
      logger,
      sessionSecret: SECRET,
      sessionStore: new SessionStore(database, logger),
      authentication,
      tokens: services.tokens,
      throttle: services.throttle,
      csrf,
      trustProxy: options.trustProxy ?? false,
      registrationOpen: allowRegistration,
      countNewFeedback: async () => 0,
    },
    [
      ...registrationPages(account),
      ...loginPages(account),
      ...passwordResetPages(account),
      ...sessionPages(account),
      ...tokenPages(account),
      ...accountApi(account),
      ...themePages(),
      ...plainRoutes,
      ...routes,
    ],
  );
}

const plainRoutes: Route[] = [
  {
    method: 'GET',
    path: '/',
    access: 'public',
    handler: (req, res) => {
      const { csrfToken, flash } = res.locals.layout;
      const messages = flash.map(({ message }: { message: string }) => message).join();
      res.send(
        `<meta name="csrf-token" content="${csrfToken}"><p>${req.user?.email ?? 'visitor'}</p><p>${messages}</p>`,
      );
    },
  },
  {
    method: 'GET',
    path: '/photos',
    access: 'member',
    handler: (req, res) => {
      res.send(`photos of ${currentMember(req).email}`);
    },
  },
  {
    method: 'POST',
    path: '/photos',
    access: 'member',
    handler: (_req, res) => {
      res.redirect(303, '/photos');
    },
  },
  { method: 'GET', path: '/admin', access: 'admin', handler: (_req, res) => void res.send('dashboard') },
  {
    method: 'POST',
    path: '/api/v1/things',
    access: 'member',
    handler: (req, res) => {
      res.status(201).json({ owner: currentMember(req).email });
    },
  },
];
