import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config.ts';
import { SETTINGS } from '../../src/settings.ts';
import { readDockerfile } from './dockerfile.ts';

const ROOT = path.resolve(import.meta.dirname, '..', '..');

interface Service {
  environment?: Record<string, string>;
  build?: { target: string };
  image?: string;
  healthcheck?: { test?: string[] };
  volumes?: string[];
  networks?: string[];
  ports?: string[];
  command?: string[];
  deploy?: { resources: { limits: { cpus: string; memory: string } } };
}
interface ComposeFile {
  services: Record<'make-secrets' | 'web' | 'mysql' | 'serving', Service>;
  networks: Record<string, { internal?: boolean }>;
  volumes: Record<string, unknown>;
}

function readCompose(name: string): ComposeFile {
  return parse(readFileSync(path.join(ROOT, name), 'utf8'), { merge: true });
}

const compose = readCompose('docker-compose.yml');
const dockerfile = readDockerfile();
const imageEnvironment = dockerfile.stage('web').environment;
/** `${NAME:-default}` with nothing set. */
const asOnFirstStart = (value: string) => String(value).replace(/\$\{\w+:-([^}]*)\}/g, '$1');

describe('docker-compose.yml', () => {
  test('hands every setting to the program, and nothing that is none', () => {
    const handed = Object.keys(compose.services.web.environment ?? {});
    const elsewhere = [
      ...Object.keys(imageEnvironment),
      ...Object.keys(compose.services['make-secrets'].environment ?? {}),
      ...dockerfile.stage('models').buildArguments,
    ];
    for (const name of Object.keys(SETTINGS)) assert.ok([...handed, ...elsewhere].includes(name), name);
    for (const name of handed) assert.ok(name.replace(/_FILE$/, '') in SETTINGS, name);
  });

  test('starts with MySQL and TensorFlow Serving when nothing is set', () => {
    const environment = Object.entries(compose.services.web.environment ?? {});
    const env = Object.fromEntries(environment.map(([name, value]) => [name, asOnFirstStart(value)]));
    assert.ok(
      env.DATABASE_URL_FILE?.startsWith('/secrets/') && env.SESSION_SECRET_FILE?.startsWith('/secrets/'),
    );
    const config = loadConfig({ ...imageEnvironment, ...env, SESSION_SECRET: 'x'.repeat(32) });
    assert.equal(config.inferenceEngine, 'tensorflow-serving');
    assert.equal(config.tensorflowServing.address.target, 'dns:///serving:8500');
    assert.equal(config.host, '0.0.0.0');
    assert.deepEqual([config.dataDir, config.uploadsDir], ['/data', '/data/uploads']);
    assert.deepEqual(compose.services.web.ports?.map(asOnFirstStart), [
      `127.0.0.1:${config.port}:${config.port}`,
    ]);
  });

  test('starts on a machine of any size, and limits memory', () => {
    for (const name of ['web', 'mysql', 'serving'] as const) {
      const { cpus, memory } = compose.services[name].deploy?.resources.limits ?? assert.fail(name);
      // Docker starts nothing that may use more processors than the machine has; 0 sets no limit.
      assert.equal(asOnFirstStart(cpus), '0');
      assert.match(asOnFirstStart(memory), /^[1-9]\d*g$/);
    }
    // 0 leaves the number of threads to TensorFlow.
    for (const option of compose.services.serving.command ?? []) assert.match(asOnFirstStart(option), /=0$/);
  });

  test('builds stages that there are, and asks for health as their images do', () => {
    for (const name of ['web', 'serving'] as const) {
      const { build, healthcheck } = compose.services[name];
      assert.equal(build?.target, name);
      assert.deepEqual(healthcheck?.test, ['CMD', ...dockerfile.stage(name).healthCheck]);
    }
  });

  test('keeps database and models from the networks of the machine', () => {
    for (const name of ['mysql', 'serving'] as const) {
      const { ports, networks } = compose.services[name];
      assert.equal(ports, undefined);
      assert.deepEqual(
        networks?.map((network) => compose.networks[network]?.internal),
        [true],
      );
    }
  });

  test('differs from docker-compose.pull.yml in where images come from alone', () => {
    const withoutOrigin = ({ services, networks, volumes }: ComposeFile) => ({
      networks,
      volumes,
      services: Object.entries(services).map(([name, { build, image, ...rest }]) => ({ name, ...rest })),
    });
    const pull = readCompose('docker-compose.pull.yml');
    assert.deepEqual(withoutOrigin(pull), withoutOrigin(compose));
    for (const service of Object.values(pull.services)) assert.ok(service.image && !service.build);
    assert.equal(pull.services.mysql.image, compose.services.mysql.image);
  });
});
