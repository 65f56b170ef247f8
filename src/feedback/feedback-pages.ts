import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Member } from '../accounts/member.ts';
import { AppError } from '../errors.ts';
import { currentMember } from '../http/current-member.ts';
import { refusedForm, refusedStatus } from '../http/form.ts';
import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import { blankForm } from '../http/view-model.ts';
import type { Mailer } from '../mail/mailer.ts';
import { LONGEST_MESSAGE, RATINGS } from './feedback.ts';
import { aboutSchema, feedbackSchema } from './feedback-schemas.ts';
import type { FeedbackService } from './feedback-service.ts';
import type { FeedbackPage, ThanksPage } from './feedback-view.ts';

const FIELDS = ['rating', 'message', 'photoId', 'formKey'] as const;

/** A photo of the member's own that feedback may be about. */
interface OwnPhoto {
  id: string;
  filename: string;
}

export interface FeedbackPagesOptions {
  feedback: FeedbackService;
  mailer: Mailer;
}

/** Where members say what they think. */
export function feedbackPages({ feedback, mailer }: FeedbackPagesOptions): Route[] {
  const answerTo = ({ email }: Member) => (mailer.reachesPeople ? email : null);

  function render(req: Request, res: Response, form: FeedbackPage['form'], photo: OwnPhoto | null): void {
    const page: FeedbackPage = {
      form,
      ratings: RATINGS,
      longestMessage: LONGEST_MESSAGE,
      answerTo: answerTo(currentMember(req)),
      photo: photo && {
        ...photo,
        href: `/photos/${photo.id}`,
        thumbnailUrl: `/photos/${photo.id}/thumbnail`,
      },
    };
    res.render('feedback/form', page);
  }

  async function show(req: Request, res: Response): Promise<void> {
    const { photoId } = parse(aboutSchema, req.query);
    const photo = photoId === undefined ? null : await feedback.photoOf(currentMember(req), photoId);
    render(req, res, blankForm({ formKey: randomUUID() }), photo);
  }

  async function give(req: Request, res: Response): Promise<void> {
    const member = currentMember(req);
    try {
      await feedback.give(member, parse(feedbackSchema, req.body));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const form = refusedForm(req.body, FIELDS, FIELDS, error);
      const { photoId = '' } = form.values;
      // A photo that is gone meanwhile is what was refused: what was written can go without it.
      const photo = photoId === '' ? null : await feedback.photoOf(member, photoId).catch(() => null);
      res.status(refusedStatus(res, error));
      return render(req, res, form, photo);
    }
    res.redirect(303, '/feedback/thanks');
  }

  return [
    { method: 'GET', path: '/feedback', access: 'member', handler: show },
    { method: 'POST', path: '/feedback', access: 'member', handler: give },
    {
      method: 'GET',
      path: '/feedback/thanks',
      access: 'member',
      handler: (req, res) => {
        const page: ThanksPage = { answerTo: answerTo(currentMember(req)) };
        res.render('feedback/thanks', page);
      },
    },
  ];
}
