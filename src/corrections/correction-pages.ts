import type { Request, RequestHandler, Response } from 'express';
import { AppError } from '../errors.ts';
import { currentMember } from '../http/current-member.ts';
import { refusedStatus } from '../http/form.ts';
import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import { pictureUrls } from '../photos/overlay-view.ts';
import { actFormSchema, undoSchema } from './correction-schemas.ts';
import type { CorrectionService } from './correction-service.ts';
import { correctPage, type RefusedAct } from './correction-view.ts';

export interface CorrectionPagesOptions {
  corrections: CorrectionService;
  /** Names that the detector knows. */
  labels: readonly string[];
}

const FIELDS = ['label', 'x', 'y', 'width', 'height', 'text'];

/** Where the owner of a photo corrects what was found in it: `/photos/:id/correct`. */
export function correctionPages({ corrections, labels }: CorrectionPagesOptions): Route[] {
  async function show(req: Request, res: Response, refused: RefusedAct | null = null): Promise<void> {
    const known = await corrections.of(currentMember(req), String(req.params.id));
    res.render('corrections/correct', correctPage(known, pictureUrls(known.photo), labels, refused));
  }

  /** Does what a form asks; a refused one comes back with what was typed. */
  function form(done: (req: Request) => Promise<string>): RequestHandler {
    return async (req, res) => {
      // Before what is asked of it: to strangers it is not there.
      await corrections.demandOwner(currentMember(req), String(req.params.id));
      try {
        res.redirect(303, `/photos/${req.params.id}/correct${await done(req)}`);
      } catch (error) {
        if (!(error instanceof AppError) || !['invalid_input', 'conflict'].includes(error.code)) throw error;
        res.status(refusedStatus(res, error));
        await show(req, res, refusedAct(req.body, error));
      }
    };
  }

  const act = form(async (req) => {
    const done = parse(actFormSchema, req.body);
    await corrections.act(currentMember(req), String(req.params.id), done.version, done.act);
    if ('line' in done.act) return `#l${done.act.line}`;
    return 'detection' in done.act ? `#d${done.act.detection}` : '';
  });

  const undo = form(async (req) => {
    const { version = null } = parse(undoSchema, req.body ?? {});
    await corrections.undo(currentMember(req), String(req.params.id), version);
    return '';
  });

  return [
    {
      method: 'GET',
      path: '/photos/:id/correct',
      access: 'owner-alone',
      handler: async (req, res) => {
        await corrections.demandOwner(currentMember(req), String(req.params.id));
        await show(req, res);
      },
    },
    { method: 'POST', path: '/photos/:id/correct', access: 'owner-alone', handler: act },
    { method: 'POST', path: '/photos/:id/correct/undo', access: 'owner-alone', handler: undo },
  ];
}

function refusedAct(body: unknown, { message, fields }: AppError): RefusedAct {
  const sent: Readonly<Record<string, unknown>> =
    typeof body === 'object' && body !== null ? { ...body } : {};
  const given = (name: string) => (typeof sent[name] === 'string' ? sent[name] : null);
  const values = FIELDS.flatMap((name) => {
    const value = given(name);
    return value === null ? [] : [[name, value] as const];
  });
  return {
    message: fields.length === 0 ? message : fields.map((field) => sentence(field)).join(' '),
    act: given('act') ?? '',
    detection: given('detection'),
    line: given('line'),
    values: Object.fromEntries(values),
  };
}

/** What the page calls the fields of a box. */
const SIDES: Readonly<Record<string, string>> = {
  'box.x': 'Left',
  'box.y': 'Top',
  'box.width': 'Width',
  'box.height': 'Height',
};

/** `box.x: takes a number of pixels` as `Left takes a number of pixels.` */
function sentence({ path, message }: { path: string; message: string }): string {
  if (/^[A-Z“]/.test(message)) return message;
  return `${SIDES[path] ?? path.charAt(0).toUpperCase() + path.slice(1)} ${message}.`;
}
