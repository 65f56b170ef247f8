import { currentMember } from '../http/current-member.ts';
import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import { givenFeedbackJson } from './feedback-json.ts';
import { feedbackSchema } from './feedback-schemas.ts';
import type { FeedbackService } from './feedback-service.ts';

/** What members think, from their programs. */
export function feedbackApi({ feedback }: { feedback: FeedbackService }): Route[] {
  return [
    {
      method: 'POST',
      path: '/api/v1/feedback',
      access: 'member',
      handler: async (req, res) => {
        const { feedback: kept, existing } = await feedback.give(
          currentMember(req),
          parse(feedbackSchema, req.body),
        );
        res.status(existing ? 200 : 201).json(givenFeedbackJson(kept));
      },
    },
  ];
}
