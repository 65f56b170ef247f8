import type { Role } from '../accounts/member.ts';
import type { FormModel } from '../http/view-model.ts';
import type { EngineName } from '../inference/engine.ts';
import type { ModelState } from '../inference/model-state.ts';
import type { ServingAddress } from '../inference/serving/serving-address.ts';
import type { StatisticsView } from './statistics-view.ts';

/** An entry of the audit log, as a line of a table. */
export interface AuditLine {
  id: number;
  at: string;
  act: string;
  actor: string | null;
  subject: string | null;
  address: string | null;
  details: string | null;
}

/** `admin/overview`. */
export interface OverviewPage extends StatisticsView {
  recent: readonly AuditLine[];
}

/** An account, as a line of a table. */
export interface UserLine {
  id: string;
  name: string;
  email: string;
  role: Role;
  suspended: boolean;
  hasSecondFactor: boolean;
  photos: number;
  bytes: number;
  createdAt: string;
  lastSeenAt: string | null;
}

/** `admin/users`. The invitation posts `email` and `_csrf` to `/admin/users/invite`. */
export interface UsersPage {
  users: readonly UserLine[];
  total: number;
  filter: { q: string; role: string; state: string; sort: string };
  sorts: readonly { value: string; label: string }[];
  nextHref: string | null;
  /** Whether this is not the first page, and where that is. */
  firstHref: string | null;
  invitation: FormModel<'email'>;
  invitations: readonly { id: string; email: string; expiresAt: string }[];
}

/** `admin/user`. Its forms post to addresses below its own. */
export interface UserPage {
  user: UserLine & { suspendedAt: string | null; sessions: number; tokens: number };
  /** Whether it is the admin's own account. */
  own: boolean;
  /** In whole megabytes; empty where the configured quota holds. */
  quota: FormModel<'photos' | 'megabytes'>;
  configured: { photos: number | null; bytes: number | null };
  /** A refusal of any other form. */
  message: string | null;
  recent: readonly AuditLine[];
}

/** One model, as a panel. */
export interface ModelPanel extends ModelState {
  title: string;
  available: boolean;
  /** What stands for it where it is a SavedModel, as the settings spell it; null where it is not. */
  servable: string | null;
  origin: string;
  /** Null where it is not known. */
  licence: string | null;
  inputs: readonly string[];
  outputs: readonly string[];
}

/** `admin/models`. */
export interface ModelsPage {
  engine: EngineName;
  server: ServingAddress | null;
  /** How many photos wait for their analysis. */
  waiting: number;
  models: readonly ModelPanel[];
}

/** `admin/audit`. */
export interface AuditPage {
  entries: readonly AuditLine[];
  acts: readonly { value: string; label: string }[];
  filter: { act: string; email: string; from: string; to: string };
  errors: Partial<Record<string, string>>;
  csvHref: string;
  nextHref: string | null;
  firstHref: string | null;
}
