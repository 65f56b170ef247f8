import type { RequestHandler } from 'express';
import { findCurrentMember } from '../http/current-member.ts';
import type { Route } from '../http/route.ts';
import { shownPhoto } from '../photos/photo-pages.ts';
import type { PhotoService } from '../photos/photo-service.ts';
import { photoCard } from '../photos/photo-view.ts';
import type { UploadRules } from '../photos/upload-view.ts';
import type { AboutPage, ContactPage, GetStartedPage, HomePage, LandingPage } from './site-view.ts';

export interface SitePagesOptions {
  photos: PhotoService;
  /** Who runs this server. */
  admins: () => Promise<ContactPage['admins']>;
  example: LandingPage['example'];
  limits: UploadRules;
  baseUrl: string;
  /** 0 to 1. */
  minScore: number;
  version: string;
  /** Whether the object detector is the one that comes with the program. */
  ownDetector: boolean;
  /** Whether the models run in a server of their own. */
  modelServer: boolean;
  /** How long deleted photos can be restored. */
  trashDays: number;
}

const NEWEST_ON_HOME = 12;

/** The front page and the pages that explain. */
export function sitePages(options: SitePagesOptions): Route[] {
  const front: RequestHandler = async (req, res) => {
    const member = findCurrentMember(req);
    if (!member) {
      const model: LandingPage = { example: options.example };
      res.render('site/landing', model);
      return;
    }
    const first = { sort: 'newest', cursor: null, backward: false, limit: NEWEST_ON_HOME } as const;
    const [newest, counts] = await Promise.all([
      options.photos.list(member.id, {}, first),
      options.photos.totals(member.id),
    ]);
    const cards = newest.map((photo) => photoCard(shownPhoto(photo)));
    const model: HomePage = { newest: cards, counts, limits: options.limits };
    res.render('site/home', model);
  };

  const getStarted: RequestHandler = (_req, res) => {
    const { baseUrl, limits, minScore } = options;
    const model: GetStartedPage = { baseUrl, limits, minScore };
    res.render('site/get-started', model);
  };

  const about: RequestHandler = (_req, res) => {
    const { version, ownDetector, modelServer, trashDays } = options;
    const model: AboutPage = { version, ownDetector, modelServer, trashDays };
    res.render('site/about', model);
  };

  const contact: RequestHandler = async (req, res) => {
    const admins = findCurrentMember(req) ? await options.admins() : [];
    const model: ContactPage = { admins };
    res.render('site/contact', model);
  };

  return [
    { method: 'GET', path: '/', access: 'public', handler: front },
    { method: 'GET', path: '/get-started', access: 'public', handler: getStarted },
    { method: 'GET', path: '/about', access: 'public', handler: about },
    { method: 'GET', path: '/contact', access: 'public', handler: contact },
  ];
}
