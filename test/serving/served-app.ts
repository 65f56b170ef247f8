import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Limits } from '../../src/limits.ts';
import { type ApiClient, newApiClient, type PhotoAnswer } from '../api-client.ts';
import { drawClock } from '../drawn-pictures.ts';
import { startTestApp, type TestApp } from '../test-app.ts';
import type { ServingStandIn } from './stand-in.ts';

export type Found = Pick<PhotoAnswer, 'detections' | 'lines' | 'models' | 'engine'>;

let width = 300;
/** A picture that was not sent before. */
export const clock = () => drawClock({ width: width++, height: 300 }).png;

export async function within<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 300; tries++) {
    const found = await look();
    if (found !== undefined) return found;
    await delay(100);
  }
  throw new Error(`In vain: ${what}`);
}

/** The program on a stand-in, with a member. */
export async function startServed(
  standIn: ServingStandIn,
  { env = {}, limits = {} }: { env?: Record<string, string>; limits?: Partial<Limits> } = {},
): Promise<{ app: TestApp; ada: ApiClient }> {
  const app = await startTestApp({
    env: { INFERENCE_ENGINE: 'tensorflow-serving', TENSORFLOW_SERVING_URL: standIn.address, ...env },
    limits: { modelCallMs: 20_000, ...limits },
  });
  return { app, ada: await newApiClient(app) };
}

export const readyz = async (app: TestApp) => (await fetch(`${app.url}/readyz`)).status;
export const becomesReady = (app: TestApp) =>
  within('the program is ready', async () => ((await readyz(app)) === 200 ? true : undefined));
export const settled = (ada: ApiClient, address: string) =>
  within('the photo is analysed', async () => {
    const photo = await ada.get<PhotoAnswer>(address);
    return photo.status === 'queued' ? undefined : photo;
  });

export async function detect(ada: ApiClient, picture = clock(), query = ''): Promise<Found> {
  const response = await ada.send(`/api/v1/detect${query}`, picture);
  assert.equal(response.status, 200, await response.clone().text());
  return (await response.json()) as Found;
}
