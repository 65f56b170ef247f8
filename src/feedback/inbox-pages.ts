import type { Request, Response } from 'express';
import type { AuditLog } from '../audit/audit-log.ts';
import { AppError } from '../errors.ts';
import { memberSource } from '../http/act-source.ts';
import { currentMember } from '../http/current-member.ts';
import { flash } from '../http/flash.ts';
import { refusedForm, refusedStatus } from '../http/form.ts';
import { hrefWith } from '../http/page-links.ts';
import type { Route } from '../http/route.ts';
import { sendText } from '../http/send-text.ts';
import { parse } from '../http/validation.ts';
import { blankForm } from '../http/view-model.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { FeedbackFilter } from './feedback.ts';
import { feedbackCsv } from './feedback-csv.ts';
import { answerSchema } from './feedback-schemas.ts';
import type { InboxPage } from './feedback-view.ts';
import { inboxSchema, messageId, stateSchema } from './inbox-schemas.ts';
import type { InboxService } from './inbox-service.ts';
import { givenFilter, INBOX_FILTERS, inboxChips, inboxLine, messagePage } from './inbox-view.ts';

export interface InboxPagesOptions {
  inbox: InboxService;
  mailer: Mailer;
  audit: AuditLog;
}

/** The inbox of admins: find messages, read them, answer them. */
export function inboxPages({ inbox, mailer, audit }: InboxPagesOptions): Route[] {
  async function list(req: Request, res: Response): Promise<void> {
    const given = givenFilter(req.query);
    const hrefs = (name: string | null, value: string | null) =>
      hrefWith(req, { cursor: null, cursorBefore: null, ...(name === null ? {} : { [name]: value }) });
    const around = { filter: given, csvHref: hrefs('format', 'csv') };
    try {
      const { filter, page, format } = parse(inboxSchema, req.query);
      if (format === 'csv') return await sendCsv(req, res, filter);
      const [{ entries, newer, older }, { count, meanRating }] = await Promise.all([
        inbox.page(filter, page),
        inbox.summary(filter),
      ]);
      const model: InboxPage = {
        ...around,
        lines: entries.map(inboxLine),
        total: count,
        meanRating,
        errors: {},
        chips: inboxChips(given, (name) => hrefs(name, null)),
        newerHref: newer && hrefs('cursorBefore', newer),
        olderHref: older && hrefs('cursor', older),
      };
      res.render('feedback/inbox', model);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'invalid_input') throw error;
      const { errors, message } = refusedForm(req.query, INBOX_FILTERS, INBOX_FILTERS, error);
      if (message !== null) throw error;
      const nothing = { lines: [], total: 0, meanRating: null, chips: [], newerHref: null, olderHref: null };
      const model: InboxPage = { ...around, ...nothing, errors };
      res.status(400).render('feedback/inbox', model);
    }
  }

  /** Sends all messages that a filter finds as a file, and puts that down in the audit log. */
  async function sendCsv(req: Request, res: Response, filter: FeedbackFilter): Promise<void> {
    // What is looked for may name people; by what is enough.
    const given = givenFilter(req.query);
    const asked = INBOX_FILTERS.filter((name) => given[name].trim() !== '');
    await audit.record('feedback_exported', {
      ...memberSource(req),
      subject: null,
      details: asked.length > 0 ? `CSV, by ${asked.join(', ')}` : 'CSV, all',
    });
    res.attachment(`detectx-feedback-${new Date().toISOString().slice(0, 10)}.csv`).type('text/csv');
    await sendText(res, feedbackCsv(inbox.batches(filter)));
  }

  async function show(req: Request, res: Response): Promise<void> {
    const entry = await inbox.open(messageId(req.params.id));
    // It was counted before it was opened.
    res.locals.newFeedback = await inbox.countNew();
    res.render('feedback/message', messagePage(entry, blankForm(), mailer.reachesPeople));
  }

  async function answer(req: Request, res: Response): Promise<void> {
    const id = messageId(req.params.id);
    try {
      const { answer } = parse(answerSchema, req.body);
      const { author } = await inbox.answer(id, answer, currentMember(req));
      await audit.record('feedback_answered', {
        ...memberSource(req),
        subject: author,
        details: `message ${id}`,
      });
      flash(req, 'success', mailer.whereabouts('Your answer', author.email));
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'not_found') throw error;
      const form = refusedForm(req.body, ['answer'], ['answer'], error);
      const page = messagePage(await inbox.get(id), form, mailer.reachesPeople);
      res.status(refusedStatus(res, error)).render('feedback/message', page);
      return;
    }
    res.redirect(303, `/admin/feedback/${id}`);
  }

  async function mark(req: Request, res: Response): Promise<void> {
    const { state } = parse(stateSchema, req.body);
    const { author } = await inbox.mark(messageId(req.params.id), state);
    flash(req, 'success', `The message of ${author.name} is marked as ${state}.`);
    // Not back to its page, which would mark it as read at once.
    res.redirect(303, '/admin/feedback');
  }

  return [
    { method: 'GET', path: '/admin/feedback', access: 'admin-session', handler: list },
    { method: 'GET', path: '/admin/feedback/:id', access: 'admin-session', handler: show },
    { method: 'POST', path: '/admin/feedback/:id/answer', access: 'admin-session', handler: answer },
    { method: 'POST', path: '/admin/feedback/:id/state', access: 'admin-session', handler: mark },
  ];
}
