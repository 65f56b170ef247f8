import assert from 'node:assert/strict';
import { unzipSync } from 'fflate';
import type { ApiClient } from '../api-client.ts';

/** What `POST /api/v1/photos/import` answers. */
export interface ImportAnswer {
  counts: { taken: number; known: number; incomplete: number; refused: number };
  notes: string[];
  photos: {
    id?: string;
    name: string;
    outcome: string;
    detections: number;
    lines: number;
    notes: string[];
  }[];
}

/** The data set that the API gives for a body, byte for byte. */
export async function exported(client: ApiClient, body: object): Promise<Buffer> {
  return zipOf(client, '/api/v1/photos/export', body);
}

/** The answer to a call that has to be a ZIP archive. */
export async function zipOf(client: ApiClient, path: string, body: object): Promise<Buffer> {
  const response = await posted(client, path, body);
  assert.equal(response.status, 200, response.ok ? '' : await response.clone().text());
  assert.equal(response.headers.get('content-type'), 'application/zip');
  return Buffer.from(await response.arrayBuffer());
}

export function posted(client: ApiClient, path: string, body: object): Promise<Response> {
  return client.fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** What became of an archive that is sent to be taken in. */
export async function imported(client: ApiClient, archive: Uint8Array): Promise<ImportAnswer> {
  const response = await sent(client, archive);
  assert.equal(response.status, 200, await response.clone().text());
  return (await response.json()) as ImportAnswer;
}

export function sent(client: ApiClient, archive: Uint8Array): Promise<Response> {
  return client.send('/api/v1/photos/import', archive, { filename: 'dataset.zip', field: 'dataset' });
}

/** The files of an archive as text, by path. */
export function textsIn(archive: Uint8Array): Record<string, string> {
  const files = Object.entries(unzipSync(archive));
  return Object.fromEntries(files.map(([name, bytes]) => [name, Buffer.from(bytes).toString('utf8')]));
}
