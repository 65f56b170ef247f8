import { z } from 'zod';
import { sortSchema } from './photo-schemas.ts';
import { LONGEST_QUERY, parseSearchQuery, QueryError } from './search-query.ts';
import { queryOf } from './search-query-text.ts';

const LONGEST_NAME = 60;

const name = z
  .string('Give the search a name.')
  .trim()
  .min(1, 'Give the search a name.')
  .max(LONGEST_NAME, `A name has at most ${LONGEST_NAME} characters.`)
  .regex(/^[^\p{Cc}\p{Cs}\p{NChar}]*$/u, 'Give a name without control characters.');

/** A new name for a saved search. */
export const searchNameSchema = z.object({ name });

/**
 * A search to be kept; the query is written anew, so that equal searches are equal.
 * @param labels Names that detections can have.
 */
export function newSearchSchema(labels: readonly string[]) {
  const query = z
    .string('takes a query, as the gallery does')
    .max(LONGEST_QUERY, `takes at most ${LONGEST_QUERY} characters`)
    .transform((given, context) => {
      try {
        const written = queryOf(parseSearchQuery(given, labels));
        if (written !== '') return written;
        context.addIssue({ code: 'custom', message: 'There is nothing to look for in this search.' });
      } catch (error) {
        if (!(error instanceof QueryError)) throw error;
        context.addIssue({ code: 'custom', message: error.message });
      }
      return z.NEVER;
    });
  return z.object({ name, query, sort: sortSchema });
}
