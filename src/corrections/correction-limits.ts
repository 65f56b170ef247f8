/** Characters of a label, and of a line of text. */
export const LONGEST_LABEL = 80;
export const LONGEST_LINE = 1000;

/**
 * Objects, and lines of text, that the corrections of one photo can say. Every step keeps all of them, and every view of
 * the photo lays out a tag for each.
 */
export const MOST_DETECTIONS = 1000;
export const MOST_LINES = 1000;
