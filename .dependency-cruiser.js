// Which way imports may point. `npm run check` asks it of everything in src/; an import of types counts like any other.
// Cycles are left to the linter.
import { allExtensions } from 'dependency-cruiser';

// Without a TypeScript whose programming interface it knows, it would read no file and find no fault.
if (!allExtensions.some(({ extension, available }) => extension === '.ts' && available)) {
  throw new Error('dependency-cruiser cannot use the package that is installed as "typescript".');
}

/** A folder that is not named here has no routes, and so no Express. */
const ROUTES =
  '^src/(accounts|admin|corrections|datasets|feedback|photos|site)/[^/]+-(pages|api|routes)[.]ts$';
const REPOSITORY = '-repository[.]ts$';
const READ_MODEL = '-read-model[.]ts$';

// biome-ignore lint/style/noDefaultExport: it is what dependency-cruiser reads
export default {
  forbidden: [
    {
      name: 'express-only-at-the-edge',
      comment: 'Express stands only in app.ts, http/, *-pages, *-api and *-routes.',
      severity: 'error',
      from: { pathNot: ['^src/app[.]ts$', '^src/http/', ROUTES] },
      to: {
        path: packages(
          'express',
          'express-session',
          'passport',
          'passport-local',
          'multer',
          'helmet',
          'cookie-parser',
          'compression',
          'csrf-csrf',
          'pino-http',
        ),
      },
    },
    {
      name: 'knex-only-in-repositories',
      comment:
        'knex stands only in database/, repositories, the read models of admins and the store of sessions.',
      severity: 'error',
      from: {
        pathNot: [
          '^src/database/',
          '^src/http/session-store[.]ts$',
          `^src/(accounts|admin|audit|corrections|feedback|photos)/[^/]+${REPOSITORY}`,
          `^src/(admin|feedback)/[^/]+${READ_MODEL}`,
        ],
      },
      to: { path: packages('knex', 'mysql2', 'better-sqlite3', 'connect-session-knex') },
    },
    {
      name: 'pictures-only-in-imaging',
      comment: 'canvas and sharp stand only in imaging/, and where the benchmark draws.',
      severity: 'error',
      from: { pathNot: ['^src/imaging/', '^src/bench/'] },
      to: { path: packages('canvas', 'sharp') },
    },
    {
      name: 'runtime-only-in-its-engine',
      comment: 'Each runtime stands only in its engine file, and where the benchmark measures it alone.',
      severity: 'error',
      from: { pathNot: ['^src/inference/engines/onnx-runtime[.]ts$', '^src/bench/'] },
      to: { path: packages('onnxruntime-node') },
    },
    {
      name: 'threads-only-in-the-pool',
      comment: 'Worker threads stand only in inference/pool/.',
      severity: 'error',
      from: { pathNot: ['^src/inference/pool/', '^src/bench/'] },
      to: { path: packages('piscina') },
    },
    {
      name: 'repositories-stay-at-home',
      comment:
        "Features meet through services and exported types, never through another's repository. " +
        'services.ts and its like put them together; the benchmark fills and measures them.',
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: '^src/bench/' },
      to: { path: REPOSITORY, pathNot: '^src/$1/' },
    },
    {
      name: 'routes-call-services',
      comment: 'Pages and API call services. app.ts receives services; services.ts builds them.',
      severity: 'error',
      from: { path: ['^src/app[.]ts$', ROUTES] },
      to: { path: [REPOSITORY, '^src/database/database[.]ts$'] },
    },
    {
      name: 'read-models-ask-for-themselves',
      comment: 'A read model, and what admins keep, asks the database, not a repository.',
      severity: 'error',
      from: { path: [READ_MODEL, `^src/admin/[^/]+${REPOSITORY}`] },
      to: { path: REPOSITORY },
    },
    {
      name: 'http-knows-no-feature',
      comment: 'http/ serves every feature and knows none; of accounts it knows who is there.',
      severity: 'error',
      from: { path: '^src/http/' },
      to: { path: ['^src/(?!http/|accounts/|database/|inference/)[^/]+/', '-(service|repository)[.]ts$'] },
    },
    {
      name: 'libraries-stand-alone',
      comment: 'Database, imaging and mail know no feature and no other folder.',
      severity: 'error',
      from: { path: '^src/(database|imaging|mail)/' },
      to: { path: '^src/[^/]+/', pathNot: '^src/$1/' },
    },
    {
      name: 'inference-builds-on-imaging',
      comment: 'Inference knows no feature and no other folder but imaging.',
      severity: 'error',
      from: { path: '^src/inference/' },
      to: { path: '^src/[^/]+/', pathNot: '^src/(inference|imaging)/' },
    },
    {
      name: 'imports-are-found',
      comment: 'An import that leads nowhere escapes the other rules.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};

/** Named as they are imported; where an alias of package.json leads makes no difference. */
function packages(...names) {
  return `(^|/)node_modules/(${names.join('|')})/`;
}
