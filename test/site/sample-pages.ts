import type { LoginPage, RegisterPage, SessionExpiredPage } from '../../src/accounts/account-view.ts';
import { errorPage } from '../../src/http/error-view.ts';
import { blankForm } from '../../src/http/view-model.ts';
import { filterChips, type GalleryFilter, type GalleryPage } from '../../src/photos/gallery-view.ts';
import { photoPage } from '../../src/photos/overlay-view.ts';
import { photoCard, type ShownPhoto } from '../../src/photos/photo-view.ts';
import type { UploadPage } from '../../src/photos/upload-view.ts';
import { readExamplePhoto } from '../../src/site/example-photo.ts';
import type {
  AboutPage,
  ContactPage,
  GetStartedPage,
  HomePage,
  LandingPage,
} from '../../src/site/site-view.ts';

/** A name that must never reach a page as markup. */
const HOSTILE = '"><img src=x onerror=alert(1)>.jpg';

/** A photo with two dogs, a tie at the right edge, and a slanted line of text. */
export const SAMPLE_PHOTO: ShownPhoto = {
  id: 'abc',
  filename: HOSTILE,
  mediaType: 'image/jpeg',
  frames: 1,
  width: 1600,
  height: 1200,
  bytes: 487_438,
  sha256: 'a'.repeat(64),
  status: 'analysed',
  createdAt: new Date('2026-11-20T21:15:00Z'),
  detections: [
    { label: 'dog', score: 0.93, box: { x: 100, y: 200, width: 600, height: 700 } },
    { label: 'tie', score: 0.61, box: { x: 1580, y: 2, width: 20, height: 30 } },
    { label: 'dog', score: 0.38, box: { x: 900, y: 300, width: 40, height: 50 } },
  ],
  lines: [
    {
      text: 'STOP <here>',
      score: 0.98,
      polygon: [
        [100, 100],
        [200, 200],
        [190, 210],
        [90, 110],
      ],
    },
  ],
  models: { object_detector: '1', text_detector: '1', text_recognizer: '1' },
  engine: 'embedded',
  timings: { decodeMs: 8, detectMs: 35, readMs: 90, totalMs: 1330 },
};

const nothingFound = { detections: [], lines: [], models: null, engine: null, timings: null };
const filter: GalleryFilter = {
  label: 'dog',
  text: 'stop',
  from: '2026-11-01',
  to: '',
  minScore: '0.55',
  sort: 'newest',
};
const limits = { maxUploadMb: 20, maxFiles: 20 };
const neighbours = { previousId: 'newer', nextId: null };
const card = photoCard(SAMPLE_PHOTO);
const refused = { values: { email: HOSTILE }, errors: { email: 'No.' }, message: null };

interface Pages {
  'site/landing': LandingPage;
  'site/home': HomePage;
  'site/get-started': GetStartedPage;
  'site/about': AboutPage;
  'site/contact': ContactPage;
  'accounts/login': LoginPage;
  'accounts/register': RegisterPage;
  'accounts/session-expired': SessionExpiredPage;
  'photos/new': UploadPage;
  'photos/gallery': GalleryPage;
  'photos/photo': ReturnType<typeof photoPage>;
  'errors/error': ReturnType<typeof errorPage>;
}

/** Every template with models for each of its states. */
export const SAMPLE_PAGES: { [Template in keyof Pages]: Pages[Template][] } = {
  'site/landing': [{ example: readExamplePhoto() }],
  'site/home': [
    { newest: [], counts: { photos: 0, detections: 0, lines: 0 }, limits },
    { newest: [card], counts: { photos: 1, detections: 3, lines: 1204 }, limits },
  ],
  'site/get-started': [{ baseUrl: 'http://localhost:3000', limits, minScore: 0.35 }],
  'site/about': [{ version: '1.2.3' }],
  'site/contact': [{ admins: [] }, { admins: [{ name: HOSTILE, email: 'root@example.org' }] }],
  'accounts/login': [
    { form: blankForm(), next: null },
    { form: refused, next: '/photos?label=dog' },
    { form: { ...blankForm(), message: 'Wrong.' }, next: null },
  ],
  'accounts/register': [
    { form: blankForm(), passwordMinLength: 10, firstAccount: true, next: null },
    { form: refused, passwordMinLength: 10, firstAccount: false, next: '/photos' },
  ],
  'accounts/session-expired': [{ next: null }, { next: '/photos' }],
  'photos/new': [
    { limits, outcomes: [], message: null },
    {
      limits,
      outcomes: [
        { filename: HOSTILE, kind: 'refused', message: 'This is a text file.', href: null, labels: [] },
        { filename: 'a.jpg', kind: 'existing', message: null, href: '/photos/a', labels: card.labels },
      ],
      message: 'Too many.',
    },
  ],
  'photos/gallery': [
    {
      cards: [card],
      total: 1204,
      hasPhotos: true,
      filter,
      errors: { from: 'Not a day.' },
      chips: filterChips(filter),
      labels: ['dog', 'tie'],
      previousHref: '/photos?before=x',
      nextHref: '/photos?cursor=y',
    },
    {
      cards: [],
      total: 0,
      hasPhotos: false,
      filter,
      errors: {},
      chips: [],
      labels: [],
      previousHref: null,
      nextHref: null,
    },
  ],
  'photos/photo': [
    photoPage(SAMPLE_PHOTO, neighbours),
    photoPage({ ...SAMPLE_PHOTO, ...nothingFound }, neighbours),
    photoPage({ ...SAMPLE_PHOTO, ...nothingFound, status: 'queued' }, neighbours),
    photoPage({ ...SAMPLE_PHOTO, ...nothingFound, status: 'failed', error: 'Out of memory.' }, neighbours),
  ],
  'errors/error': [400, 401, 403, 404, 409, 413, 415, 418, 422, 429, 500, 502, 503].map((status) =>
    errorPage({
      status,
      formExpired: false,
      detail: null,
      requestId: 'r-1',
      path: '/photos',
      signedIn: status !== 401,
      ...(status === 429 && { retryAfterSeconds: 300 }),
    }),
  ),
};
