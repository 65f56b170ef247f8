/** A place to go from an error page. */
export interface ErrorLink {
  href: string;
  label: string;
}

/** `errors/error`: what happened, whose fault it was, what is safe, and where to go. */
export interface ErrorPage {
  status: number;
  title: string;
  /** What happened, and whose fault it was. */
  message: string;
  /** What is not lost; null when nothing was at stake. */
  safe: string | null;
  /** The first is the one most people want. */
  links: readonly ErrorLink[];
  requestId: string;
}

/** What is known about a refusal when its page is made. */
export interface Refusal {
  status: number;
  /** The form's token was missing or wrong; tells that 403 from one for want of rights. */
  formExpired: boolean;
  /** The error's own message, where it is safe to show; else null, and the page says it in general. */
  detail: string | null;
  requestId: string;
  /** Path and query of the request. */
  path: string;
  signedIn: boolean;
  retryAfterSeconds?: number | undefined;
}

interface Explanation {
  title: string;
  message: string;
  safe: string | null;
}

const UPLOAD_SAFE = 'Your other photos are as they were.';

const EXPLANATIONS: Readonly<Record<number, Explanation>> = {
  400: {
    title: 'That request made no sense to us',
    message: 'The address or the form held a value that this page does not take.',
    safe: 'Nothing was changed.',
  },
  401: {
    title: 'Log in to see this page',
    message: 'This page belongs to an account.',
    safe: null,
  },
  403: {
    title: 'This is not open to you',
    message: 'Your account may not see or do this.',
    safe: 'Nothing was changed.',
  },
  404: {
    title: 'There is nothing here',
    message: 'The address may be mistyped, or the photo was deleted, or it belongs to somebody else.',
    safe: null,
  },
  409: {
    title: 'That was done already',
    message: 'Things changed between opening the page and sending it.',
    safe: 'Nothing was changed this time. Reload the page to see how it is now.',
  },
  413: {
    title: 'That file is too large',
    message: 'It is larger than this server takes, so the upload was stopped.',
    safe: UPLOAD_SAFE,
  },
  415: {
    title: 'That is not a photo we can read',
    message: 'The file is in a format that this server does not take.',
    safe: UPLOAD_SAFE,
  },
  422: {
    title: 'That photo could not be read',
    message: 'The file looks broken or incomplete.',
    safe: UPLOAD_SAFE,
  },
  429: {
    title: 'Too many attempts',
    message: 'To keep accounts safe, this page takes a pause after several attempts in a row.',
    safe: 'Your account and your photos are safe.',
  },
  500: {
    title: 'Something broke on our side',
    message: 'You did nothing wrong. The fault has been noted with the number below.',
    safe: 'Photos that were uploaded before are safe.',
  },
  503: {
    title: 'The server is busy',
    message: 'More photos came in than can be analysed at once. This is not your fault.',
    safe: 'Photos that arrived are kept, and are analysed as soon as there is room.',
  },
};

const FORM_EXPIRED: Explanation = {
  title: 'This page was open for too long',
  message: 'The form could not be matched with your session, so it was not accepted.',
  safe: 'Nothing was changed. Go back, reload the page and send the form again.',
};

const GENERAL: Explanation = {
  title: 'That did not work',
  message: 'The request could not be answered.',
  safe: null,
};

/** Words for a refusal, and where to go from it. */
export function errorPage(refusal: Refusal): ErrorPage {
  // A form has no header to send, which is what the error's own message is about.
  const detail = refusal.formExpired ? null : refusal.detail;
  const explanation = refusal.formExpired
    ? FORM_EXPIRED
    : (EXPLANATIONS[refusal.status] ?? EXPLANATIONS[refusal.status >= 500 ? 500 : 0] ?? GENERAL);
  return {
    status: refusal.status,
    title: explanation.title,
    message: [detail ?? explanation.message, waiting(refusal.retryAfterSeconds)]
      .filter((part) => part !== null)
      .join(' '),
    safe: explanation.safe,
    links: linksFor(refusal),
    requestId: refusal.requestId,
  };
}

function waiting(seconds: number | undefined): string | null {
  if (seconds === undefined) return null;
  if (seconds < 90) return `Try again in ${Math.ceil(seconds)} seconds.`;
  return `Try again in ${Math.ceil(seconds / 60)} minutes.`;
}

function linksFor({ status, path, signedIn }: Refusal): ErrorLink[] {
  const home = { href: '/', label: signedIn ? 'Your home page' : 'Front page' };
  if (!signedIn) {
    const next = status === 401 ? `?next=${encodeURIComponent(path)}` : '';
    const login = { href: `/login${next}`, label: 'Log in' };
    return status === 401 || status === 403 ? [login, home] : [home, login];
  }
  if (status === 413 || status === 415 || status === 422) {
    return [{ href: '/photos/new', label: 'Choose another photo' }, home];
  }
  return [{ href: '/photos', label: 'Your photos' }, home];
}
