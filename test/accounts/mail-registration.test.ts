import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { Browser, memberBrowser, PASSWORD } from '../http/browser.ts';
import { startTestApp, type TestApp } from '../test-app.ts';

describe('registration where mail gets to people', () => {
  const mails: { to: string; text: string }[] = [];
  let mailServer: SMTPServer;
  let app: TestApp;

  before(async () => {
    mailServer = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData(stream, session, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8').replaceAll('=\r\n', '');
          mails.push({ to: session.envelope.rcptTo[0]?.address ?? '', text });
          done();
        });
      },
    });
    mailServer.listen(0, '127.0.0.1');
    await once(mailServer.server, 'listening');
    const { port } = mailServer.server.address() as AddressInfo;
    app = await startTestApp({
      env: { SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_FROM: 'DetectX <photos@example.org>' },
    });
    await memberBrowser(app.server, 'admin@example.org');
  });

  after(async () => {
    await app?.close();
    await new Promise<void>((resolve) => mailServer.close(() => resolve()));
  });

  async function mailTo(address: string): Promise<string> {
    for (let i = 0; i < 250; i++) {
      const mail = mails.findLast(({ to }) => to === address);
      if (mail) return mail.text;
      await delay(20);
    }
    return assert.fail(`no mail to ${address}`);
  }

  const linkIn = (text: string) => /\/register\/confirm\/[\w-]{43}/.exec(text)?.[0] ?? assert.fail(text);

  test('makes the account when its address is confirmed by whoever knows the password', async () => {
    const browser = new Browser(app.server);
    const answer = await browser.register('ada@example.org');
    assert.deepEqual([answer.status, answer.headers.location], [303, '/login?notice=confirming']);
    assert.equal(await app.services.accounts.findByEmail('ada@example.org'), null);
    assert.equal((await browser.logIn('ada@example.org', PASSWORD)).status, 401);
    const mail = await mailTo('ada@example.org');
    assert.match(mail, /^From: DetectX <photos@example\.org>/m);
    const link = linkIn(mail);
    const stranger = await new Browser(app.server).submit(link, { password: 'not the password' });
    assert.equal(stranger.status, 422);
    const confirmed = await browser.submit(link, { password: PASSWORD });
    assert.deepEqual([confirmed.status, confirmed.headers.location], [303, '/']);
    assert.equal((await browser.get('/photos')).status, 200);
    assert.equal((await new Browser(app.server).get(link)).status, 404);
  });

  test('answers alike for an address that has an account, and tells its owner', async () => {
    const answers = [];
    for (const email of ['ada@example.org', 'new@example.org']) {
      const { status, headers, text } = await new Browser(app.server).register(email);
      answers.push([status, headers.location, text]);
    }
    assert.deepEqual(answers[0], answers[1]);
    await mailTo('new@example.org');
    assert.match(await mailTo('ada@example.org'), /You have an account already/);
  });

  test('still answers when the mail server is gone, and goes on', async () => {
    await new Promise<void>((resolve) => mailServer.close(() => resolve()));
    const answer = await new Browser(app.server).submit('/forgot-password', { email: 'ada@example.org' });
    assert.equal(answer.status, 303);
    assert.equal((await new Browser(app.server).get('/login')).status, 200);
  });
});
