import type { Route } from '../http/route.ts';
import { type ExportOptions, sendDataset, sendOriginals } from './export-routes.ts';

/** Photos taken away in numbers: as data sets, and as they were uploaded. */
export function exportApi(options: ExportOptions): Route[] {
  return [
    {
      method: 'POST',
      path: '/api/v1/photos/export',
      access: 'member',
      changesNothing: true,
      handler: (req, res) => sendDataset(req, res, options),
    },
    {
      method: 'POST',
      path: '/api/v1/photos/download',
      access: 'member',
      changesNothing: true,
      handler: (req, res) => sendOriginals(req, res, options),
    },
  ];
}
