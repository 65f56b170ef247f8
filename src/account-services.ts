import path from 'node:path';
import { AccountLinkRepository } from './accounts/account-link-repository.ts';
import { AccountLinks } from './accounts/account-links.ts';
import { AccountMails } from './accounts/account-mails.ts';
import { AccountService } from './accounts/account-service.ts';
import { AccountThrottle } from './accounts/account-throttle.ts';
import { EmailChangeService } from './accounts/email-change-service.ts';
import { MemberAdministration } from './accounts/member-administration.ts';
import { MemberRepository } from './accounts/member-repository.ts';
import { PasswordCheck } from './accounts/password-check.ts';
import { PasswordResetService } from './accounts/password-reset-service.ts';
import { QuotaService } from './accounts/quota-service.ts';
import { RegistrationService } from './accounts/registration-service.ts';
import { SecondFactorRepository } from './accounts/second-factor-repository.ts';
import { SecondFactorService } from './accounts/second-factor-service.ts';
import { SessionRepository } from './accounts/session-repository.ts';
import { SessionService } from './accounts/session-service.ts';
import { TokenRepository } from './accounts/token-repository.ts';
import { TokenService } from './accounts/token-service.ts';
import { AuditLog } from './audit/audit-log.ts';
import { AuditRepository } from './audit/audit-repository.ts';
import type { Config } from './config.ts';
import { AttemptStore } from './database/attempt-store.ts';
import type { Database } from './database/database.ts';
import { Handover } from './http/handover.ts';
import type { Logger } from './logger.ts';
import { folderTransport, smtpTransport } from './mail/mail-transport.ts';
import { Mailer } from './mail/mailer.ts';
import { createSealer } from './sealer.ts';

/** All parts that accounts are made of. */
export interface AccountServices {
  members: MemberRepository;
  accounts: AccountService;
  registrations: RegistrationService;
  resets: PasswordResetService;
  emailChanges: EmailChangeService;
  secondFactors: SecondFactorService;
  sessions: SessionService;
  tokens: TokenService;
  links: AccountLinks;
  quotas: QuotaService;
  administration: MemberAdministration;
  throttle: AccountThrottle;
  passwordCheck: PasswordCheck;
  audit: AuditLog;
  mailer: Mailer;
  handover: Handover;
}

export type AccountConfig = Pick<Config, 'dataDir' | 'baseUrl' | 'smtpUrl' | 'mailFrom' | 'quota'>;

/** Puts the parts of accounts together. */
export function createAccountServices(
  database: Database,
  { dataDir, baseUrl, smtpUrl, mailFrom, quota }: AccountConfig,
  sessionSecret: string,
  logger: Logger,
): AccountServices {
  const transport = smtpUrl
    ? smtpTransport(smtpUrl, mailFrom)
    : folderTransport(path.join(dataDir, 'mail'), mailFrom, logger);
  const mailer = new Mailer({ transport, logger });
  const mails = new AccountMails(baseUrl);
  const members = new MemberRepository(database);
  const links = new AccountLinks({ links: new AccountLinkRepository(database) });
  const accounts = new AccountService({ members, links });
  const audit = new AuditLog({ entries: new AuditRepository(database) });
  const throttle = new AccountThrottle(new AttemptStore(database));
  const sessions = new SessionService({ sessions: new SessionRepository(database) });
  return {
    members,
    accounts,
    links,
    sessions,
    mailer,
    registrations: new RegistrationService({ accounts, links, mailer, mails }),
    resets: new PasswordResetService({ accounts, links, sessions, mailer, mails }),
    emailChanges: new EmailChangeService({ accounts, links, mailer, mails }),
    secondFactors: new SecondFactorService({
      factors: new SecondFactorRepository(database),
      sealer: createSealer(sessionSecret, 'second factor'),
    }),
    tokens: new TokenService({ tokens: new TokenRepository(database), logger }),
    quotas: new QuotaService({ members, configured: quota }),
    administration: new MemberAdministration({ members, sessions, mailer, mails }),
    throttle,
    passwordCheck: new PasswordCheck({ accounts, throttle, mailer, mails, audit }),
    audit,
    handover: new Handover(createSealer(sessionSecret, 'handover')),
  };
}
