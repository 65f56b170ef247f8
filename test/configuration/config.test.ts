import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import express from 'express';
import { ConfigError, loadConfig } from '../../src/config.ts';
import { SETTINGS } from '../../src/settings.ts';

const ROOT = path.resolve(import.meta.dirname, '..', '..');

describe('configuration', () => {
  test('has a default for everything', () => {
    const config = loadConfig({});
    assert.equal(config.port, 3000);
    assert.equal(config.host, '127.0.0.1');
    assert.deepEqual(config.database, { dialect: 'sqlite', file: path.resolve('data/detectx.sqlite') });
    assert.equal(config.uploadsDir, path.resolve('uploads'));
    assert.equal(config.detectionMinScore, 0.35);
    assert.equal(config.maxUploadBytes, 20 * 1024 * 1024);
    assert.equal(config.baseUrl, 'http://localhost:3000');
    assert.equal(config.allowRegistration, true);
    assert.equal(config.trustProxy, false);
  });

  test('takes what is set, and counts an empty value as unset', () => {
    const config = loadConfig({
      PORT: '8080',
      DATA_DIR: '/srv/data',
      DATABASE_URL: 'mysql://app:s3cret@db.internal:3306/detectx',
      BASE_URL: 'https://photos.example.org/',
      TRUST_PROXY: '1',
      ALLOW_REGISTRATION: 'false',
      LOG_LEVEL: '',
    });
    assert.equal(config.port, 8080);
    assert.deepEqual(config.database, {
      dialect: 'mysql',
      url: 'mysql://app:s3cret@db.internal:3306/detectx',
    });
    assert.equal(config.baseUrl, 'https://photos.example.org');
    assert.equal(config.trustProxy, 1);
    assert.equal(config.allowRegistration, false);
    assert.equal(config.logLevel, 'info');
  });

  test('keeps the embedded database in the data folder', () => {
    const { database } = loadConfig({ DATA_DIR: '/srv/data' });
    assert.deepEqual(database, { dialect: 'sqlite', file: '/srv/data/detectx.sqlite' });
  });

  const refused: [string, string][] = [
    ['PORT', '70000'],
    ['PORT', 'http'],
    ['DATABASE_URL', 'postgres://db/x'],
    ['DATABASE_URL', 'mysql://db'],
    ['DATABASE_URL', 'mysql://app:100%@db/detectx'],
    ['SMTP_URL', 'smtp://app:100%@mail.internal:587'],
    ['MLFLOW_TRACKING_URI', 'http://app:100%@mlflow.internal:5000'],
    ['BASE_URL', 'photos.example.org'],
    ['BASE_URL', 'https://example.org/photos'],
    ['SESSION_SECRET', 'short'],
    ['INFERENCE_ENGINE', 'quantum'],
    ['DETECTION_MIN_SCORE', '35'],
    ['DETECTION_MIN_SCORE', '-0.1'],
    ['DETECTION_MIN_SCORES', 'person'],
    ['DETECTION_MIN_SCORES', 'person:1.5'],
    ['DETECTION_MIN_SCORES', 'person:0.5,'],
    ['DETECTION_MIN_SCORES', 'person:0.5,dog'],
    ['DETECTION_MIN_SCORES', ':0.5'],
    ['DETECTION_MIN_SCORES', 'person:0.5,person:0.6'],
    ['OBJECT_DETECTOR_INPUT_SIZE', '640'],
    ['OBJECT_DETECTOR_LABEL_MAP', 'models/label_map.pbtxt'],
    ['MAX_UPLOAD_MB', '0'],
    ['MAX_UPLOAD_MB', '1.5'],
    ['LOG_LEVEL', 'loud'],
    ['TRUST_PROXY', 'nobody;'],
    ['TRUST_PROXY', 'foo'],
    ['TRUST_PROXY', '1.2.3.4.5'],
    ['TRUST_PROXY', '-1'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TRUST_PROXY', '0.0.0.0/0'],
    ['TRUST_PROXY', '10.0.0.1,'],
    ['TRUST_PROXY', 'loopback, proxy.internal'],
    ['ALLOW_REGISTRATION', 'maybe'],
  ];
  for (const [name, value] of refused) {
    test(`stops the start with one line for ${name}=${value}`, () => {
      assert.throws(
        () => loadConfig({ [name]: value }),
        (error: Error) => {
          assert.ok(error instanceof ConfigError);
          assert.match(error.message, new RegExp(`^${name} is .+; it takes .+\\.$`));
          assert.doesNotMatch(error.message, /\n/);
          return true;
        },
      );
    });
  }

  test('takes least scores of single labels', () => {
    const scores = (text: string) => [...loadConfig({ DETECTION_MIN_SCORES: text }).detectionMinScores];
    assert.deepEqual(scores(''), []);
    assert.deepEqual(scores('person:0.5,stop sign:0.6'), [
      ['person', 0.5],
      ['stop sign', 0.6],
    ]);
    assert.deepEqual(scores(' person : 0 , stop sign:1'), [
      ['person', 0],
      ['stop sign', 1],
    ]);
    assert.deepEqual(scores('salt, pepper:.5,a:b:0.25'), [
      ['salt, pepper', 0.5],
      ['a:b', 0.25],
    ]);
  });

  test('takes another detector for an engine that runs any', () => {
    const { objectDetector } = loadConfig({
      INFERENCE_ENGINE: 'tensorflow-serving',
      OBJECT_DETECTOR_LABEL_MAP: '/srv/label_map.pbtxt',
      OBJECT_DETECTOR_INPUT_SIZE: '640',
    });
    assert.deepEqual(objectDetector, { labelMap: '/srv/label_map.pbtxt', longestSide: 640 });
    for (const size of ['31', '4097', '640x640', '12.5']) {
      const env = { INFERENCE_ENGINE: 'tensorflow-serving', OBJECT_DETECTOR_INPUT_SIZE: size };
      assert.throws(() => loadConfig(env), /OBJECT_DETECTOR_INPUT_SIZE is .*32 to 4096/);
    }
  });

  test('takes nothing of another detector for the engine that has its own', () => {
    assert.deepEqual(loadConfig({}).objectDetector, { labelMap: null, longestSide: null });
    for (const name of ['OBJECT_DETECTOR_LABEL_MAP', 'OBJECT_DETECTOR_INPUT_SIZE']) {
      assert.throws(
        () => loadConfig({ [name]: '640' }),
        new RegExp(`${name} is "640"; it takes .+, with an INFERENCE_ENGINE other than embedded\\.$`),
      );
    }
  });

  for (const value of [
    'true',
    '2',
    'loopback, linklocal,uniquelocal',
    '10.0.0.1',
    '10.0.0.0/8, ::1, fd00::/8',
  ]) {
    test(`trusts the proxies that Express takes: ${value}`, () => {
      const { trustProxy } = loadConfig({ TRUST_PROXY: value });
      assert.equal(String(trustProxy), value);
      assert.doesNotThrow(() => express().set('trust proxy', trustProxy));
    });
  }

  test('takes version labels only where a TensorFlow Serving gives them', () => {
    const OBJECT_DETECTOR_SERVABLE = 'zoo@stable';
    assert.throws(
      () => loadConfig({ INFERENCE_ENGINE: 'tfjs-node', OBJECT_DETECTOR_SERVABLE }),
      /^ConfigError: OBJECT_DETECTOR_SERVABLE is "zoo@stable"; it takes a name or name:version with INFERENCE_ENGINE=tfjs-node\.$/,
    );
    const { servables } = loadConfig({ INFERENCE_ENGINE: 'tensorflow-serving', OBJECT_DETECTOR_SERVABLE });
    assert.equal(servables.object_detector.versionLabel, 'stable');
  });

  test('never repeats a secret in its refusal', () => {
    const messageFor = (env: Record<string, string>) => {
      try {
        loadConfig(env);
        return '';
      } catch (error) {
        return String(error);
      }
    };
    assert.doesNotMatch(messageFor({ SESSION_SECRET: 'hunter2hunter2' }), /hunter2/);
    assert.doesNotMatch(messageFor({ DATABASE_URL: 'mysql://app:hunter2@db' }), /hunter2/);
    assert.doesNotMatch(messageFor({ TENSORFLOW_SERVING_URL: 'app:hunter2@host:1' }), /hunter2/);
  });

  test('wants a session secret in production', () => {
    assert.throws(() => loadConfig({ NODE_ENV: 'production' }), /^ConfigError: SESSION_SECRET is not set/);
    const secret = 'x'.repeat(32);
    assert.equal(loadConfig({ NODE_ENV: 'production', SESSION_SECRET: secret }).sessionSecret, secret);
  });

  test('is documented whole, with its defaults, in .env.example and in the README', () => {
    const example = readFileSync(path.join(ROOT, '.env.example'), 'utf8');
    const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
    for (const [name, setting] of Object.entries(SETTINGS)) {
      assert.ok(
        example.includes(`# ${setting.meaning}\n# Takes ${setting.takes}.\n# ${name}=${setting.default}\n`),
        name,
      );
      assert.ok(readme.includes(`| \`${name}\` |`) && readme.includes(setting.meaning), name);
    }
    const named = [...example.matchAll(/^# ([A-Z_]+)=/gm)].map((match) => match[1]);
    assert.deepEqual(named, Object.keys(SETTINGS));
  });
});
