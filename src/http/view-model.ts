import type { Role } from '../accounts/member.ts';

/** How the interface is lit: as the operating system asks, or as the member chose. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** The account that is logged in, as far as the layout shows it. */
export interface LayoutMember {
  id: string;
  name: string;
  email: string;
  role: Role;
}

/** A message that survives one redirect and is shown at the top of the next page. */
export interface FlashMessage {
  kind: 'success' | 'error' | 'info';
  message: string;
}

/**
 * What every page needs around its content; supplied once, as `res.locals.layout`. Titles are not in it:
 * each template names its own.
 */
export interface LayoutModel {
  /** Path and query of this request: marks the current place in the navigation, and is where `/theme` returns. */
  path: string;
  member: LayoutMember | null;
  csrfToken: string;
  theme: Theme;
  flash: readonly FlashMessage[];
  /** Changes with every build; static files carry it as `?v=`. */
  assetVersion: string;
  registrationOpen: boolean;
  /** Messages that no admin has opened yet; counted for the pages of admins, and 0 on all others. */
  newFeedback: number;
}

/**
 * A form as it comes back after a refusal: what was typed, and what is wrong with it. Passwords and files are
 * never among the values.
 */
export interface FormModel<Field extends string> {
  values: Partial<Record<Field, string>>;
  /** One message per refused field. */
  errors: Partial<Record<Field, string>>;
  /** A refusal that belongs to no single field, such as a wrong password or too many attempts. */
  message: string | null;
}

/** A form that nobody has sent yet. */
export function blankForm<Field extends string>(
  values: Partial<Record<Field, string>> = {},
): FormModel<Field> {
  return { values, errors: {}, message: null };
}
