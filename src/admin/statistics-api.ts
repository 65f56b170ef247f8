import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import { statisticsSchema } from './statistics-schemas.ts';
import type { StatisticsService } from './statistics-service.ts';

/** The statistics of all photos, `/api/v1/admin/stats`. */
export function statisticsApi({ statistics }: { statistics: StatisticsService }): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/admin/stats',
      access: 'admin',
      handler: async (req, res) => {
        const { range, target } = parse(statisticsSchema, req.query);
        res.json(await statistics.of(range, target));
      },
    },
  ];
}
