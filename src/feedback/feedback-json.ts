import type { Feedback } from './feedback.ts';
import type { InboxEntry } from './inbox-read-model.ts';

/** A message as its own author gets it. */
export function givenFeedbackJson({ id, rating, message, photoId, createdAt }: Feedback) {
  return { id, rating, message, photoId, createdAt: createdAt.toISOString() };
}

/** A message as admins get it. */
export function inboxEntryJson(entry: InboxEntry) {
  const { id, state, rating, message, author, photo, createdAt, answer, answeredBy } = entry;
  return {
    id,
    state,
    rating,
    message,
    member: author,
    photoId: photo?.id ?? null,
    createdAt: createdAt.toISOString(),
    answer: answer && { text: answer.text, at: answer.at.toISOString(), by: answeredBy },
    links: { self: `/api/v1/admin/feedback/${id}` },
  };
}
