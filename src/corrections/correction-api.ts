import type { Request, RequestHandler, Response } from 'express';
import { currentMember } from '../http/current-member.ts';
import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import { correctionsJson } from './correction-json.ts';
import { undoSchema, versionedActSchema } from './correction-schemas.ts';
import type { CorrectionService } from './correction-service.ts';

const BASE = '/api/v1/photos/:id/corrections';

/** Corrections of what was found in a photo, `/api/v1/photos/:id/corrections`. */
export function correctionApi({ corrections }: { corrections: CorrectionService }): Route[] {
  async function show(req: Request, res: Response): Promise<void> {
    res.json(correctionsJson(await corrections.of(currentMember(req), String(req.params.id))));
  }

  // Whose photo it is comes before what is asked of it: to strangers it is not there.
  const act: RequestHandler = async (req, res) => {
    await corrections.demandOwner(currentMember(req), String(req.params.id));
    const done = parse(versionedActSchema, req.body);
    await corrections.act(currentMember(req), String(req.params.id), done.version, done.act);
    await show(req, res);
  };

  const undo: RequestHandler = async (req, res) => {
    await corrections.demandOwner(currentMember(req), String(req.params.id));
    const { version = null } = parse(undoSchema, req.query);
    await corrections.undo(currentMember(req), String(req.params.id), version);
    await show(req, res);
  };

  return [
    { method: 'GET', path: BASE, access: 'owner', handler: show },
    { method: 'POST', path: BASE, access: 'owner-alone', handler: act },
    { method: 'DELETE', path: `${BASE}/last`, access: 'owner-alone', handler: undo },
  ];
}
