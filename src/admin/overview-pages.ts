import type { AuditLog } from '../audit/audit-log.ts';
import type { Route } from '../http/route.ts';
import type { OverviewPage } from './admin-view.ts';
import { auditLine } from './audit-line.ts';
import type { MemberDirectory } from './member-directory-read-model.ts';

const RECENT = 10;

/** What an admin sees first: how much there is, and what happened last. */
export function overviewPages({
  directory,
  audit,
}: {
  directory: MemberDirectory;
  audit: AuditLog;
}): Route[] {
  return [
    {
      method: 'GET',
      path: '/admin',
      access: 'admin-session',
      handler: async (_req, res) => {
        const [totals, recent] = await Promise.all([directory.totals(), audit.list({}, null, RECENT)]);
        const page: OverviewPage = { ...totals, recent: recent.map(auditLine) };
        res.render('admin/overview', page);
      },
    },
  ];
}
