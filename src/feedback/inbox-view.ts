import { LONGEST_MESSAGE, RATINGS } from './feedback.ts';
import type { InboxChip, InboxLine, InboxPage, MessagePage } from './feedback-view.ts';
import type { InboxEntry } from './inbox-read-model.ts';

/** What the inbox is filtered by, as it stands in the address. */
export const INBOX_FILTERS = ['state', 'rating', 'text', 'from', 'to', 'photo'] as const;

/** In characters: more would not fit a line. */
const EXCERPT = 140;

const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });

/** The filters as they stand in the address, right or wrong, for the form to show them. */
export function givenFilter(query: Readonly<Record<string, unknown>>): InboxPage['filter'] {
  const given = (name: string) => (typeof query[name] === 'string' ? query[name] : '');
  return Object.fromEntries(INBOX_FILTERS.map((name) => [name, given(name)])) as InboxPage['filter'];
}

/** One chip per filter in force, all of which are right. */
export function inboxChips(filter: InboxPage['filter'], without: (name: string) => string): InboxChip[] {
  const words: InboxPage['filter'] = {
    state: filter.state,
    rating: `${filter.rating} of ${RATINGS.length} stars`,
    text: `“${filter.text}”`,
    from: `from ${dayInWords(filter.from)} UTC`,
    to: `to ${dayInWords(filter.to)} UTC`,
    photo: 'with photo',
  };
  return INBOX_FILTERS.filter((name) => filter[name].trim() !== '').map((name) => ({
    text: words[name],
    removeHref: without(name),
  }));
}

/** A message as a line of the inbox. */
export function inboxLine({ id, state, rating, message, author, photo, createdAt }: InboxEntry): InboxLine {
  const characters = [...message.replace(/\s+/g, ' ')];
  const excerpt = characters.slice(0, EXCERPT).join('');
  return {
    href: `/admin/feedback/${id}`,
    state,
    rating,
    message: characters.length > EXCERPT ? `${excerpt.trimEnd()}…` : excerpt,
    author: author.name,
    photo: photo?.filename ?? null,
    createdAt: createdAt.toISOString(),
  };
}

/** The page of one message. */
export function messagePage(entry: InboxEntry, form: MessagePage['form'], mailed: boolean): MessagePage {
  const { id, state, rating, message, author, photo, createdAt, answer, unsettledAnswer, answeredBy } = entry;
  return {
    id,
    state,
    rating,
    word: RATINGS.find(({ value }) => value === rating)?.word ?? '',
    message,
    createdAt: createdAt.toISOString(),
    author: { name: author.name, email: author.email, href: `/admin/users/${author.id}` },
    photo: photo && {
      filename: photo.filename,
      href: `/photos/${photo.id}`,
      thumbnailUrl: `/photos/${photo.id}/thumbnail`,
    },
    answer: answer && { text: answer.text, at: answer.at.toISOString(), by: answeredBy },
    unsettledAnswer,
    form,
    longestAnswer: LONGEST_MESSAGE,
    mailed,
  };
}

/** `2026-12-01` as `1 Dec 2026`. */
function dayInWords(text: string): string {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : day.format(date);
}
