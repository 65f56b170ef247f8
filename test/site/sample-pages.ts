import {
  type ConfirmEmailPage,
  type ConfirmRegistrationPage,
  type ForgotPasswordPage,
  type InvitationPage,
  LOGIN_NOTICES,
  type LoginCodePage,
  type LoginPage,
  type OwnDataPage,
  type ProfilePage,
  type RecoveryCodesPage,
  type RegisterPage,
  type ResetPasswordPage,
  type SessionExpiredPage,
  type SessionsPage,
  type TokensPage,
  type TwoFactorPage,
  type TwoFactorSetupPage,
} from '../../src/accounts/account-view.ts';
import type {
  AuditLine,
  AuditPage,
  ModelPanel,
  ModelsPage,
  OverviewPage,
  UserLine,
  UserPage,
  UsersPage,
} from '../../src/admin/admin-view.ts';
import {
  DETECTION_COLUMNS,
  type DetectionColumn,
  type DetectionFields,
  type DetectionHistoryPage,
  detectionChips,
  detectionLine,
  sortHeads,
} from '../../src/admin/detection-view.ts';
import type { ReanalysisLine, ReanalysisPage } from '../../src/admin/reanalysis-view.ts';
import { statisticsView } from '../../src/admin/statistics-view.ts';
import type { Corrections } from '../../src/corrections/correction-service.ts';
import { asCorrected, type CorrectPage, correctPage } from '../../src/corrections/correction-view.ts';
import type { ExportPage } from '../../src/datasets/export-view.ts';
import type { ImportPage } from '../../src/datasets/import-view.ts';
import { RATINGS } from '../../src/feedback/feedback.ts';
import type { FeedbackPage, InboxPage, MessagePage, ThanksPage } from '../../src/feedback/feedback-view.ts';
import { errorPage } from '../../src/http/error-view.ts';
import { blankForm } from '../../src/http/view-model.ts';
import type { Detection, Line } from '../../src/inference/analysis.ts';
import { filterBar, filterChips, type GalleryPage, offeredLabels } from '../../src/photos/gallery-view.ts';
import { photoPage } from '../../src/photos/overlay-view.ts';
import { present } from '../../src/photos/photo-filter.ts';
import { photoCard, type ShownPhoto } from '../../src/photos/photo-view.ts';
import type { SearchesPage } from '../../src/photos/saved-search-view.ts';
import { queryOf } from '../../src/photos/search-query-text.ts';
import { searchTerms } from '../../src/photos/searched-text.ts';
import type { TrashPage } from '../../src/photos/trash-view.ts';
import type { UploadPage } from '../../src/photos/upload-view.ts';
import { readExamplePhoto } from '../../src/site/example-photo.ts';
import type {
  AboutPage,
  ContactPage,
  GetStartedPage,
  HomePage,
  LandingPage,
} from '../../src/site/site-view.ts';
import { sampleFindings, samplePhoto } from '../photos/sample-photo.ts';

const AT = '2026-11-20T21:15:00.000Z';

import { NO_STATISTICS, SAMPLE_STATISTICS } from './sample-statistics.ts';

/** A name that must never reach a page as markup. */
const HOSTILE = '"><img src=x onerror=alert(1)>.jpg';

/** As long as a label may be, and with no place to break it. */
const LONG_LABEL = 'anemometer'.repeat(8);

const SAMPLE_SIZE = { width: 1600, height: 1200 };
const SAMPLE_BOX = { x: 1000, y: 700, width: 300, height: 200 };
const SAMPLE_DETECTIONS: Detection[] = [
  { label: 'dog', score: 0.93, box: { x: 100, y: 200, width: 600, height: 700 } },
  { label: 'tie', score: 0.61, box: { x: 1580, y: 2, width: 20, height: 30 } },
  { label: 'dog', score: 0.38, box: { x: 900, y: 300, width: 40, height: 50 } },
];
const SAMPLE_LINES: Line[] = [
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
];

/** A photo with two dogs, a tie at the right edge, and a slanted line of text. */
export const SAMPLE_PHOTO: ShownPhoto = {
  id: 'abc',
  filename: HOSTILE,
  mediaType: 'image/jpeg',
  frames: 1,
  ...SAMPLE_SIZE,
  bytes: 487_438,
  sha256: 'a'.repeat(64),
  status: 'analysed',
  createdAt: new Date('2026-11-20T21:15:00Z'),
  detections: SAMPLE_DETECTIONS,
  lines: SAMPLE_LINES,
  models: { object_detector: '1', text_detector: '1', text_recognizer: '1' },
  engine: 'embedded',
  timings: { decodeMs: 8, detectMs: 35, readMs: 90, totalMs: 1330 },
};

const nothingFound = { detections: [], lines: [], models: null, engine: null, timings: null };
const filter = {
  labels: [present('dog'), { label: 'person', counts: [{ operator: '>', value: 2 } as const] }],
  without: ['traffic light'],
  text: 'stop',
  from: new Date('2026-11-01'),
  scores: [{ operator: '>=', value: 0.55 } as const],
};
const limits = { maxUploadMb: 20, maxFiles: 20 };
const exactly = (count: number) => ({ count, exact: true });
const neighbours = { previousId: 'newer', nextId: null };
const card = photoCard(SAMPLE_PHOTO);
/** Two receipts, portraits, a square, landscapes and panoramas. */
const SHAPES = [0.2, 0.44, 0.66, 0.75, 1, 1.33, 1.5, 2, 5, 0.44];
const cardsOfAllShapes = SHAPES.map((ratio, i) =>
  photoCard({
    ...SAMPLE_PHOTO,
    id: `shape${i}`,
    filename: 'PXL_20261120_211500123.MP.jpg',
    width: 1000 * ratio,
    height: 1000,
  }),
);
const foundByText = photoCard(SAMPLE_PHOTO, searchTerms('stop'));
const refused = { values: { email: HOSTILE }, errors: { email: 'No.' }, message: null };

const sampleFound = sampleFindings({ detections: SAMPLE_DETECTIONS, lines: SAMPLE_LINES });

/** A photo of which one detection is right, one changed, one wrong, one added, and one left alone. */
const corrections: Corrections = {
  photo: { ...samplePhoto('ada', SAMPLE_SIZE), findings: sampleFound },
  version: '7-1',
  state: {
    detections: [
      ...SAMPLE_DETECTIONS.map((detection, position) => ({
        ...detection,
        label: position === 1 ? 'dog' : detection.label,
        id: position,
        position,
        verdict: (['right', 'right', 'wrong'] as const)[position] ?? null,
      })),
      { id: 3, position: null, label: LONG_LABEL, score: null, verdict: 'right', box: SAMPLE_BOX },
    ],
    lines: SAMPLE_LINES.map((line, position) => ({
      ...line,
      text: '<here>',
      id: position,
      position,
      verdict: 'right',
    })),
  },
  steps: [{ id: 7, memberId: 'ada', madeAt: new Date(AT), kind: 'label' }],
};
const pictures = { imageUrl: '/photos/abc/original', thumbnailUrl: null };

const passwordRefused = {
  values: {},
  errors: { currentPassword: 'This is not your password.' },
  message: null,
};

const reanalysis: ReanalysisLine = {
  id: 7,
  state: 'running',
  startedAt: AT,
  endedAt: null,
  startedBy: 'ada@example.org',
  choice: 'label dog, version 1',
  done: 2210,
  waiting: 789,
  failed: 1,
  total: 3000,
};

const auditLines: AuditLine[] = [
  { id: 2, at: AT, act: 'Logged in', actor: HOSTILE, subject: null, address: '127.0.0.1', details: HOSTILE },
  {
    id: 1,
    at: AT,
    act: 'Suspended an account',
    actor: null,
    subject: 'ben@example.org',
    address: null,
    details: null,
  },
];

const model: ModelPanel = {
  model: 'object_detector',
  title: 'Object detector',
  available: true,
  versions: [{ version: '1', state: 'available', error: null }],
  error: null,
  servable: 'object_detector@stable',
  origin: HOSTILE,
  licence: 'MIT',
  inputs: ['input_tensor uint8 [1, H, W, 3]'],
  outputs: ['detection_boxes float32 [1, 100, 4]', 'num_detections float32 [1]'],
};

const user: UserLine = {
  id: 'abc',
  name: HOSTILE,
  email: 'ada@example.org',
  role: 'admin',
  suspended: false,
  hasSecondFactor: true,
  photos: 1204,
  bytes: 3_487_438_000,
  createdAt: AT,
  lastSeenAt: AT,
};

const message: MessagePage = {
  id: 12,
  state: 'read',
  rating: 4,
  word: 'Very good',
  message: `It reads the signs of our town well.\nOnly the small ones are missed: ${HOSTILE}`,
  createdAt: AT,
  author: { name: HOSTILE, email: 'ada@example.org', href: '/admin/users/abc' },
  photo: { filename: HOSTILE, href: '/photos/abc', thumbnailUrl: '/photos/abc/thumbnail' },
  answer: null,
  unsettledAnswer: null,
  form: blankForm(),
  longestAnswer: 4000,
  mailed: true,
};

const detectionFields: DetectionFields = {
  label: HOSTILE,
  userId: '7f9c1a52-5d0b-4d7e-9f0e-2c1c4f9c8a11',
  user: 'ada',
  text: 'stop',
  from: '2026-11-01',
  to: '',
  minScore: '0.5',
  maxScore: '0.995',
  model: '1',
  sort: 'highest',
};

const detectionPage: DetectionHistoryPage = {
  rows: [
    detectionLine({
      id: 12,
      label: 'dog',
      score: 0.93,
      box: { x: 100, y: 200, width: 600, height: 700 },
      photo: {
        id: 'abc',
        sequence: 1,
        filename: HOSTILE,
        width: 1600,
        height: 1200,
        createdAt: new Date(AT),
      },
      user: { id: 'ada', name: HOSTILE, email: 'ada@example.org' },
      model: '1',
      engine: 'embedded',
      verdict: 'wrong',
    }),
  ],
  columns: (Object.keys(DETECTION_COLUMNS) as DetectionColumn[]).map((name) => ({
    name,
    title: DETECTION_COLUMNS[name],
    shown: true,
  })),
  filter: detectionFields,
  errors: {},
  chips: detectionChips(detectionFields, ['box']),
  labels: ['dog', HOSTILE],
  sorts: sortHeads(detectionFields, ['box']),
  exportHrefs: { csv: '/a?format=csv', ndjson: '/a?format=ndjson', coco: '/a?format=coco' },
  reanalysisHref: '/admin/reanalysis?label=dog',
  previousHref: '/admin/detections?before=x',
  nextHref: '/admin/detections?cursor=x',
  clearHref: '/admin/detections',
};

const gallery: GalleryPage = {
  cards: [card],
  total: { count: 1, exact: true },
  hasPhotos: true,
  line: '',
  bar: filterBar({}, 'newest'),
  errors: {},
  chips: [],
  labels: offeredLabels([{ label: 'dog', count: 12 }], ['cat', 'dog'], 1000),
  searches: [],
  savable: false,
  suggestion: null,
  mostChosen: 500,
  here: '/photos',
  previousHref: null,
  nextHref: null,
};

interface Pages {
  'site/landing': LandingPage;
  'site/home': HomePage;
  'site/get-started': GetStartedPage;
  'site/about': AboutPage;
  'site/contact': ContactPage;
  'accounts/login': LoginPage;
  'accounts/register': RegisterPage;
  'accounts/session-expired': SessionExpiredPage;
  'accounts/login-code': LoginCodePage;
  'accounts/confirm-registration': ConfirmRegistrationPage;
  'accounts/invitation': InvitationPage;
  'accounts/forgot-password': ForgotPasswordPage;
  'accounts/reset-password': ResetPasswordPage;
  'accounts/profile': ProfilePage;
  'accounts/confirm-email': ConfirmEmailPage;
  'accounts/two-factor': TwoFactorPage;
  'accounts/two-factor-setup': TwoFactorSetupPage;
  'accounts/recovery-codes': RecoveryCodesPage;
  'accounts/sessions': SessionsPage;
  'accounts/tokens': TokensPage;
  'accounts/own-data': OwnDataPage;
  'admin/overview': OverviewPage;
  'admin/detections': DetectionHistoryPage;
  'admin/users': UsersPage;
  'admin/user': UserPage;
  'admin/models': ModelsPage;
  'admin/audit': AuditPage;
  'feedback/form': FeedbackPage;
  'feedback/thanks': ThanksPage;
  'feedback/inbox': InboxPage;
  'feedback/message': MessagePage;
  'admin/reanalysis': ReanalysisPage;
  'photos/new': UploadPage;
  'photos/gallery': GalleryPage;
  'photos/searches': SearchesPage;
  'photos/photo': ReturnType<typeof photoPage>;
  'photos/trash': TrashPage;
  'corrections/correct': CorrectPage;
  'datasets/export': ExportPage;
  'datasets/import': ImportPage;
  'errors/error': ReturnType<typeof errorPage>;
}

/** Every template with models for each of its states. */
export const SAMPLE_PAGES: { [Template in keyof Pages]: Pages[Template][] } = {
  'site/landing': [{ example: readExamplePhoto() }],
  'site/home': [
    { newest: [], counts: { photos: exactly(0), detections: exactly(0), lines: exactly(0) }, limits },
    { newest: [card], counts: { photos: exactly(1), detections: exactly(3), lines: exactly(1204) }, limits },
    {
      newest: [card],
      counts: {
        photos: exactly(20_480),
        detections: { count: 10_000, exact: false },
        lines: { count: 1, exact: false },
      },
      limits,
    },
  ],
  'site/get-started': [{ baseUrl: 'http://localhost:3000', limits, minScore: 0.35 }],
  'site/about': [
    { version: '1.2.3', ownDetector: true, modelServer: false, trashDays: 30 },
    { version: '1.2.3', ownDetector: false, modelServer: true, trashDays: 1 },
  ],
  'site/contact': [{ admins: [] }, { admins: [{ name: HOSTILE, email: 'root@example.org' }] }],
  'accounts/login': [
    { form: blankForm(), next: null, notice: null },
    { form: refused, next: '/photos?label=dog', notice: null },
    { form: { ...blankForm(), message: 'Wrong.' }, next: null, notice: LOGIN_NOTICES.reset },
  ],
  'accounts/register': [
    { form: blankForm(), passwordMinLength: 10, firstAccount: true, next: null },
    { form: refused, passwordMinLength: 10, firstAccount: false, next: '/photos' },
  ],
  'accounts/session-expired': [{ next: null }, { next: '/photos' }],
  'accounts/login-code': [
    { form: blankForm(), next: null },
    { form: { ...blankForm(), message: 'This code is wrong.' }, next: '/photos' },
  ],
  'accounts/confirm-registration': [
    { email: 'ada@example.org', action: '/register/confirm/x', form: blankForm() },
  ],
  'accounts/invitation': [
    { email: 'ada@example.org', action: '/invitation/x', form: blankForm(), passwordMinLength: 8 },
    {
      email: 'ada@example.org',
      action: '/invitation/x',
      form: { values: { name: HOSTILE }, errors: { password: 'Easy to guess.' }, message: null },
      passwordMinLength: 8,
    },
  ],
  'accounts/forgot-password': [{ form: blankForm() }, { form: refused }],
  'accounts/reset-password': [
    { email: 'ada@example.org', action: '/reset-password/x', form: blankForm(), passwordMinLength: 8 },
  ],
  'accounts/profile': [
    {
      currentEmail: 'ada@example.org',
      name: blankForm({ name: HOSTILE }),
      email: blankForm(),
      password: blankForm(),
      passwordMinLength: 8,
      photos: { kept: 12, most: null },
      bytes: { kept: 34_000_000, most: null },
    },
    {
      currentEmail: 'ada@example.org',
      name: { values: { name: '' }, errors: { name: 'Enter a name.' }, message: null },
      email: { ...passwordRefused, values: { email: 'new@example.org' } },
      password: passwordRefused,
      passwordMinLength: 8,
      photos: { kept: 12, most: 0 },
      bytes: { kept: 34_000_000, most: 40_000_000 },
    },
  ],
  'accounts/confirm-email': [{ email: 'ada@example.org', action: '/account/email/x' }],
  'accounts/two-factor': [
    { enabled: false, recoveryCodes: 0, form: blankForm(), disabling: blankForm() },
    { enabled: false, recoveryCodes: 0, form: passwordRefused, disabling: blankForm() },
    { enabled: true, recoveryCodes: 9, form: blankForm(), disabling: passwordRefused },
  ],
  'accounts/two-factor-setup': [
    { qrCode: 'data:image/svg+xml;base64,PHN2Zy8+', secret: 'ABCD EFGH', form: blankForm() },
    {
      qrCode: 'data:image/svg+xml;base64,PHN2Zy8+',
      secret: 'ABCD EFGH',
      form: { values: {}, errors: { code: 'Wrong.' }, message: null },
    },
  ],
  'accounts/recovery-codes': [{ codes: ['abcdef-abcdef-abcdef-abcdef', 'ghjkmn-ghjkmn-ghjkmn-ghjkmn'] }],
  'accounts/sessions': [
    {
      sessions: [
        {
          id: 'a',
          device: 'Firefox on Linux',
          address: '127.0.0.1',
          startedAt: AT,
          lastSeenAt: AT,
          current: true,
        },
        { id: 'b', device: HOSTILE, address: '2001:db8::1', startedAt: AT, lastSeenAt: AT, current: false },
      ],
    },
  ],
  'accounts/tokens': [
    { created: null, tokens: [], form: blankForm({ scope: 'read', expiresInDays: '90' }) },
    {
      created: { name: HOSTILE, secret: 'dtx_secret' },
      tokens: [
        {
          id: 'a',
          name: HOSTILE,
          scope: 'write',
          createdAt: AT,
          expiresAt: null,
          expired: false,
          lastUsedAt: null,
        },
        { id: 'b', name: 'b', scope: 'read', createdAt: AT, expiresAt: AT, expired: true, lastUsedAt: AT },
      ],
      form: { values: { scope: 'write', name: HOSTILE }, errors: { expiresInDays: 'No.' }, message: null },
    },
  ],
  'accounts/own-data': [
    { removed: [{ what: 'Photos', count: 1204 }], form: blankForm() },
    { removed: [{ what: 'Photos', count: 0 }], form: passwordRefused },
  ],
  'admin/overview': [
    { ...statisticsView(SAMPLE_STATISTICS), recent: auditLines },
    { ...statisticsView(NO_STATISTICS), recent: [] },
    {
      ...statisticsView(NO_STATISTICS, { from: 'Give a day as 2026-11-20.' }, { from: HOSTILE }),
      recent: [],
    },
  ],
  'admin/detections': [
    detectionPage,
    { ...detectionPage, rows: [], errors: { from: 'takes a day', userId: 'takes the id of an account' } },
    { ...detectionPage, rows: [], previousHref: null, nextHref: null },
    { ...detectionPage, rows: [], chips: [], previousHref: null, nextHref: null },
  ],
  'admin/users': [
    {
      users: [user, { ...user, role: 'member', suspended: true, lastSeenAt: null, photos: 0, bytes: 0 }],
      total: 2,
      filter: { q: HOSTILE, role: 'admin', state: 'suspended', sort: 'name' },
      sorts: [{ value: 'name', label: 'Name' }],
      nextHref: '/admin/users?cursor=x',
      firstHref: '/admin/users',
      invitation: refused,
      invitations: [{ id: 'i', email: 'new@example.org', expiresAt: AT }],
    },
    {
      users: [],
      total: 0,
      filter: { q: '', role: '', state: '', sort: 'name' },
      sorts: [{ value: 'name', label: 'Name' }],
      nextHref: null,
      firstHref: null,
      invitation: blankForm(),
      invitations: [],
    },
  ],
  'admin/user': [
    {
      user: { ...user, suspendedAt: null, sessions: 2, tokens: 0 },
      own: false,
      quota: blankForm(),
      configured: { photos: null, bytes: null },
      message: 'This is the only admin.',
      recent: auditLines,
    },
    {
      user: {
        ...user,
        role: 'member',
        suspended: true,
        suspendedAt: AT,
        sessions: 0,
        tokens: 1,
        lastSeenAt: null,
      },
      own: false,
      quota: { values: { photos: 'x' }, errors: { photos: 'Give a whole number.' }, message: null },
      configured: { photos: 100, bytes: 1_000_000 },
      message: null,
      recent: [],
    },
    {
      user: { ...user, suspendedAt: null, sessions: 1, tokens: 1 },
      own: true,
      quota: blankForm(),
      configured: { photos: 100, bytes: null },
      message: null,
      recent: auditLines,
    },
  ],
  'admin/models': [
    {
      engine: 'tensorflow-serving',
      server: { target: 'dns:///serving:8500', tls: true },
      waiting: 1204,
      models: [
        {
          ...model,
          available: true,
          versions: [
            { version: '2', state: 'ended', error: HOSTILE },
            { version: '1', state: 'available', error: null },
          ],
          error: null,
        },
        { ...model, model: 'text_detector', available: false, versions: [], error: HOSTILE },
      ],
    },
    { engine: 'embedded', server: null, waiting: 0, models: [{ ...model, servable: null, licence: null }] },
  ],
  'admin/reanalysis': [
    { current: null, earlier: [], failures: [], form: blankForm(), labels: ['dog', 'tie'] },
    {
      current: reanalysis,
      earlier: [{ ...reanalysis, id: 6, state: 'cancelled', endedAt: AT, startedBy: null }],
      failures: [{ id: 'abc', filename: HOSTILE, error: 'The analysis failed unexpectedly.' }],
      form: blankForm(),
      labels: [],
    },
    {
      current: { ...reanalysis, state: 'choosing', done: 0, failed: 0, waiting: 3000, total: 3000 },
      earlier: [],
      failures: [],
      form: { values: { label: 'dog' }, errors: {}, message: 'Photos are being analysed again already.' },
      labels: [],
    },
  ],
  'admin/audit': [
    {
      entries: auditLines,
      acts: [{ value: 'logged_in', label: 'Logged in' }],
      filter: { act: 'logged_in', email: HOSTILE, from: '2026-11-01', to: '' },
      errors: {},
      csvHref: '/admin/audit?format=csv',
      nextHref: '/admin/audit?cursor=1',
      firstHref: '/admin/audit',
    },
    {
      entries: [],
      acts: [],
      filter: { act: '', email: '', from: 'x', to: '' },
      errors: { from: 'Give a day as 2026-11-20.' },
      csvHref: '/admin/audit?format=csv',
      nextHref: null,
      firstHref: null,
    },
  ],
  'feedback/form': [
    {
      form: blankForm({ formKey: 'k' }),
      ratings: RATINGS,
      longestMessage: 4000,
      answerTo: null,
      photo: null,
    },
    {
      form: {
        values: { formKey: 'k', rating: '4', message: HOSTILE, photoId: 'abc' },
        errors: { message: 'Write at most 4000 characters.' },
        message: null,
      },
      ratings: RATINGS,
      longestMessage: 4000,
      answerTo: 'ada@example.org',
      photo: { id: 'abc', filename: HOSTILE, href: '/photos/abc', thumbnailUrl: '/photos/abc/thumbnail' },
    },
    {
      form: {
        values: { formKey: 'k' },
        errors: { rating: 'Choose a rating from 1 to 5.', message: 'Write a message.' },
        message: null,
      },
      ratings: RATINGS,
      longestMessage: 4000,
      answerTo: 'ada@example.org',
      photo: null,
    },
  ],
  'feedback/thanks': [{ answerTo: 'ada@example.org' }, { answerTo: null }],
  'feedback/inbox': [
    {
      lines: [
        {
          href: '/admin/feedback/12',
          state: 'new',
          rating: 2,
          message: 'The upload stops when my phone locks its screen, and begins anew after that…',
          author: HOSTILE,
          photo: HOSTILE,
          createdAt: AT,
        },
        {
          href: '/admin/feedback/11',
          state: 'read',
          rating: 5,
          message: HOSTILE,
          author: 'Ben Example',
          photo: null,
          createdAt: AT,
        },
        {
          href: '/admin/feedback/10',
          state: 'answered',
          rating: 4,
          message: 'Could it read handwriting too?',
          author: 'Ada Example',
          photo: null,
          createdAt: AT,
        },
      ],
      total: 1204,
      meanRating: 3.6667,
      filter: { state: '', rating: '', text: HOSTILE, from: '2026-11-01', to: '', photo: 'with' },
      errors: {},
      chips: [
        { text: HOSTILE, removeHref: '/admin/feedback' },
        { text: 'from 1 Nov 2026', removeHref: '/admin/feedback' },
      ],
      csvHref: '/admin/feedback?format=csv',
      newerHref: '/admin/feedback?cursorBefore=x',
      olderHref: '/admin/feedback?cursor=y',
    },
    {
      lines: [],
      total: 0,
      meanRating: null,
      filter: { state: '', rating: '', text: '', from: 'x', to: '', photo: '' },
      errors: { from: 'Give a day as 2026-11-20.' },
      chips: [],
      csvHref: '/admin/feedback?format=csv',
      newerHref: null,
      olderHref: null,
    },
    {
      lines: [],
      total: 0,
      meanRating: null,
      filter: { state: '', rating: '', text: '', from: '', to: '', photo: '' },
      errors: {},
      chips: [],
      csvHref: '/admin/feedback?format=csv',
      newerHref: null,
      olderHref: null,
    },
  ],
  'feedback/message': [
    message,
    {
      ...message,
      photo: null,
      mailed: false,
      unsettledAnswer: `It is on its way.\n${HOSTILE}`,
      form: { values: { answer: HOSTILE }, errors: { answer: 'Write an answer.' }, message: null },
    },
    {
      ...message,
      state: 'answered',
      answer: { text: `Thank you.\n${HOSTILE}`, at: AT, by: 'root@example.org' },
    },
    {
      ...message,
      state: 'answered',
      answer: { text: 'Thank you.', at: AT, by: null },
      form: { values: { answer: HOSTILE }, errors: {}, message: 'This message has been answered already.' },
    },
  ],
  'datasets/export': [
    {
      total: { count: 1204, exact: true },
      chosen: [],
      filters: [],
      formatName: 'coco',
      as: 'corrected',
      importLimits: { maxPhotos: 2000, maxMb: 1000 },
      message: null,
    },
    {
      total: { count: 12, exact: true },
      chosen: [{ name: 'text', value: HOSTILE }],
      filters: [HOSTILE, 'from 2026-11-01'],
      formatName: 'yolo',
      as: 'detected',
      importLimits: { maxPhotos: 2000, maxMb: 1000 },
      message: null,
    },
    {
      total: { count: 1, exact: true },
      chosen: [{ name: 'id', value: HOSTILE }],
      filters: [],
      formatName: 'csv',
      as: 'corrected',
      importLimits: { maxPhotos: 2000, maxMb: 1000 },
      message: 'None of these photos is analysed yet.',
    },
    {
      total: { count: 0, exact: true },
      chosen: [{ name: 'chosen', value: '1' }],
      filters: [],
      formatName: 'coco',
      as: 'corrected',
      importLimits: { maxPhotos: 2000, maxMb: 1000 },
      message: 'No photo was chosen.',
    },
    {
      total: { count: 0, exact: true },
      chosen: [],
      filters: [],
      formatName: 'coco',
      as: 'corrected',
      importLimits: { maxPhotos: 2000, maxMb: 1000 },
      message: null,
    },
  ],
  'datasets/import': [
    { maxMb: 1000, maxPhotos: 2000, maxOfPhoto: 1000, outcome: null, message: null },
    {
      maxMb: 1000,
      maxPhotos: 2000,
      maxOfPhoto: 1000,
      outcome: null,
      message: 'This is no ZIP archive, or it is damaged.',
    },
    {
      maxMb: 1000,
      maxPhotos: 2000,
      maxOfPhoto: 1000,
      message: null,
      outcome: {
        counts: { taken: 1204, known: 2, incomplete: 1, refused: 1 },
        detections: 5120,
        lines: 12,
        notes: ['Pictures that no annotations name, and were left out: 3.', HOSTILE],
        remarkable: [
          {
            name: HOSTILE,
            filename: 'a.jpg',
            outcome: 'refused',
            photoId: null,
            detections: 0,
            lines: 0,
            notes: ['Its picture is not in the archive, or it cannot be told which one it is.', HOSTILE],
          },
          {
            name: 'c.jpg',
            filename: 'c.jpg',
            outcome: 'incomplete',
            photoId: 'c',
            detections: 0,
            lines: 0,
            notes: ['Its annotations are for a picture of another size.'],
          },
          {
            name: 'b.jpg',
            filename: 'b.jpg',
            outcome: 'known',
            photoId: 'b',
            detections: 2,
            lines: 0,
            notes: [],
          },
        ],
        more: 7,
      },
    },
    {
      maxMb: 1000,
      maxPhotos: 2000,
      maxOfPhoto: 1000,
      message: null,
      outcome: {
        counts: { taken: 0, known: 0, incomplete: 0, refused: 1 },
        detections: 0,
        lines: 0,
        notes: [],
        remarkable: [],
        more: 0,
      },
    },
  ],
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
    { ...gallery, cards: [], total: { count: 0, exact: true }, hasPhotos: false, labels: [] },
    {
      ...gallery,
      cards: [foundByText, { ...card, id: 'b', status: 'queued' }, { ...card, id: 'c', labels: [] }],
      total: { count: 1000, exact: false },
      line: queryOf(filter),
      bar: filterBar(filter, 'oldest'),
      chips: filterChips(filter, 'oldest'),
      searches: [
        { id: 'a', name: HOSTILE, href: '/photos?q=dog', current: true },
        ...Array.from({ length: 29 }, (_, i) => ({
          id: `b${i}`,
          name: `Receipts of ${1990 + i}`,
          href: `/photos?q=${1990 + i}`,
          current: false,
        })),
      ],
      savable: true,
      previousHref: '/photos?cursorBefore=x',
      nextHref: '/photos?cursor=x',
    },
    {
      ...gallery,
      cards: [],
      total: { count: 0, exact: true },
      line: 'text:buses',
      bar: filterBar({ text: 'buses' }, 'newest'),
      chips: filterChips({ text: 'buses' }, 'newest'),
      suggestion: { word: 'buses', label: 'bus', href: '/photos?label=bus' },
    },
    {
      ...gallery,
      cards: [],
      total: { count: 0, exact: true },
      line: `persn>2 ${HOSTILE}`,
      errors: { q: '“persn” is no label. Did you mean “person”?', from: 'takes a day as YYYY-MM-DD' },
    },
    { ...gallery, cards: [{ ...card, status: 'failed' }] },
    { ...gallery, cards: cardsOfAllShapes },
  ],
  'photos/searches': [
    { searches: [], refused: null, unsaved: null },
    {
      searches: [
        {
          id: 'a',
          name: HOSTILE,
          query: 'dog person>2 text:"stop sign"',
          href: '/photos?q=dog',
          sort: 'oldest',
        },
        { id: 'b', name: 'Receipts', query: 'text:total', href: '/photos?q=text%3Atotal', sort: 'newest' },
      ],
      refused: {
        id: 'b',
        form: { values: { name: '' }, errors: { name: 'Give it a name.' }, message: null },
      },
      unsaved: {
        values: { name: HOSTILE, query: 'dog', sort: 'newest' },
        errors: { name: 'There is a search of this name already.' },
        message: null,
      },
    },
  ],
  'photos/photo': [
    photoPage(SAMPLE_PHOTO, neighbours, { own: false, shownAs: null }),
    photoPage(asCorrected(SAMPLE_PHOTO, corrections.state, sampleFound), neighbours, {
      own: true,
      shownAs: 'corrected',
    }),
    photoPage({ ...SAMPLE_PHOTO, ...nothingFound }, neighbours, { own: true, shownAs: null }),
    photoPage({ ...SAMPLE_PHOTO, ...nothingFound, status: 'queued' }, neighbours, {
      own: true,
      shownAs: null,
    }),
    photoPage({ ...SAMPLE_PHOTO, ...nothingFound, status: 'failed', error: 'Out of memory.' }, neighbours, {
      own: true,
      shownAs: null,
    }),
  ],
  'photos/trash': [
    { days: 30, shownAt: AT, total: 0, photos: [], nextHref: null },
    {
      days: 30,
      shownAt: AT,
      total: 1200,
      photos: [
        {
          id: 'abc',
          filename: HOSTILE,
          bytes: 487_438,
          width: 1600,
          height: 1200,
          deletedAt: AT,
          endsAt: '2026-12-20T21:15:00.000Z',
        },
      ],
      nextHref: '/trash?cursor=abc',
    },
  ],
  'corrections/correct': [
    correctPage(corrections, pictures, ['dog', HOSTILE], null),
    correctPage(corrections, pictures, ['dog'], {
      message: HOSTILE,
      act: 'box',
      detection: '1',
      line: null,
      values: { x: HOSTILE },
    }),
    correctPage({ ...corrections, state: { ...corrections.state, detections: [] } }, pictures, ['dog'], null),
    correctPage({ ...corrections, state: { detections: [], lines: [] }, steps: [] }, pictures, [], {
      message: 'Give a label.',
      act: 'draw',
      detection: null,
      line: null,
      values: { label: '', x: '1' },
    }),
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
