import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import compression from 'compression';
import express, { type Router } from 'express';
import { PROJECT_ROOT } from '../project-root.ts';

const PUBLIC = path.join(PROJECT_ROOT, 'public');

/** Folders of installed packages that pages take files from. */
const VENDOR = {
  // It shows the world no package.json; what it shows stands in its dist.
  chart: path.dirname(createRequire(import.meta.url).resolve('chart.js')),
  bootstrap: path.join(packageFolder('bootstrap'), 'dist'),
  inter: packageFolder('@fontsource-variable/inter'),
};

/**
 * `/assets` (ours) and `/vendor` (of installed packages). Only these are compressed: they hold no secret that the size of an
 * answer could give away.
 */
export function staticFiles(): Router {
  const router = express.Router();
  const serve = (folder: string) => express.static(folder, { index: false, setHeaders: setCaching });
  router.use(['/assets', '/vendor'], compression());
  router.use('/assets', serve(PUBLIC));
  for (const [name, folder] of Object.entries(VENDOR)) router.use(`/vendor/${name}`, serve(folder));
  return router;
}

/** What is asked for by version may be kept for a year; what scripts and styles import by bare name is asked for anew. */
function setCaching(res: ServerResponse & { req?: IncomingMessage }): void {
  const versioned = /[?&]v=/.test(res.req?.url ?? '');
  res.setHeader('Cache-Control', versioned ? 'public, max-age=31536000, immutable' : 'public, no-cache');
}

/** Changes whenever a static file changes. */
export function computeAssetVersion(): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(PUBLIC, { recursive: true, encoding: 'utf8' }).sort()) {
    if (path.extname(file) !== '') hash.update(file).update(readFileSync(path.join(PUBLIC, file)));
  }
  for (const folder of Object.values(VENDOR)) hash.update(versionOf(folder));
  return hash.digest('hex').slice(0, 12);
}

function packageFolder(name: string): string {
  return path.dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
}

function versionOf(folder: string): string {
  const manifest = folder.endsWith('dist')
    ? path.join(folder, '..', 'package.json')
    : path.join(folder, 'package.json');
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
