import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { parse } from 'dotenv';
import { parseLabelMap } from '../../src/inference/label-map.ts';
import { COCO_LABELS } from '../../src/model-export/coco-labels.ts';
import { FetchError } from '../../src/model-fetch/fetch-error.ts';
import { type FetchOptions, fetchModel } from '../../src/model-fetch/fetch-model.ts';
import { nextSteps } from '../../src/model-fetch/next-steps.ts';
import { showProgress } from '../../src/model-fetch/progress-line.ts';
import { ZOO_MODELS } from '../../src/model-fetch/zoo-models.ts';
import { PROJECT_ROOT } from '../../src/project-root.ts';
import { runScript } from '../program.ts';
import { type ArchiveServer, startArchiveServer } from './archive-server.ts';
import { type TarEntry, tarGz, zooArchive } from './zoo-archive.ts';

const [{ name, longestSide, labels } = assert.fail()] = ZOO_MODELS;

let root: string;
let server: ArchiveServer;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'detectx-fetch-'));
  server = await startArchiveServer(zooArchive(name));
  server.arrived = async () => {
    while (((await stat(partial()).catch(() => undefined))?.size ?? 0) < server.cutAfter) await delay(2);
  };
});
afterEach(async () => {
  await server.close();
  await rm(root, { recursive: true, force: true });
});

const options = (changes: Partial<FetchOptions> = {}): FetchOptions => ({
  model: { name, url: server.url, ...(longestSide && { longestSide }), ...(labels && { labels }) },
  servingDir: path.join(root, 'serving'),
  downloadsDir: path.join(root, 'downloads'),
  onProgress: () => {},
  ...changes,
});
const fetchIt = (changes: Partial<FetchOptions> = {}) => fetchModel(options(changes));
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const partial = () => path.join(root, 'downloads', `${name}.tar.gz`);
const place = (...parts: string[]) => path.join(root, 'serving', name, ...parts);
const refusal = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof FetchError, String(error));
  assert.match(error.message, message);
  return true;
};

/** The folders of versions that the model server would see. */
async function versions(): Promise<string[]> {
  const names = await readdir(place()).catch(() => []);
  return names.filter((entry) => /^\d+$/.test(entry)).sort();
}

/** What is kept of downloads; the file that processes lock stays. */
async function downloads(): Promise<string[]> {
  const names = await readdir(path.join(root, 'downloads')).catch(() => []);
  return names.filter((entry) => !entry.startsWith(`${name}.lock`)).sort();
}

async function assertWhole(version: string): Promise<void> {
  assert.deepEqual((await readdir(place(version), { recursive: true })).sort(), [
    'saved_model.pb',
    'source.json',
    'variables',
    path.join('variables', 'variables.data-00000-of-00001'),
    path.join('variables', 'variables.index'),
  ]);
  const source = JSON.parse(await readFile(place(version, 'source.json'), 'utf8'));
  assert.equal(source.sha256, sha256(server.archive));
  // The archive differs where its weights do.
  const weights = await readFile(place(version, 'saved_model.pb'));
  assert.equal(sha256(zooArchive(name, weights)), source.sha256);
}

describe('fetching a model', () => {
  test('puts its SavedModel and its label map where the model server looks', async () => {
    const progress: [number, number | undefined][] = [];
    const onProgress = (bytes: number, total: number | undefined) => progress.push([bytes, total]);
    const fetched = await fetchIt({ onProgress });
    const labelMap = place('label_map.pbtxt');
    assert.deepEqual(fetched, {
      version: 1,
      folder: place('1'),
      sha256: sha256(server.archive),
      added: true,
      labelMap,
    });
    assert.deepEqual((await readdir(place())).sort(), ['1', 'label_map.pbtxt']);
    await assertWhole('1');
    assert.deepEqual(parseLabelMap(await readFile(labelMap, 'utf8')), COCO_LABELS);
    // Whoever runs the model server reads it, though the archive lets only its maker.
    assert.equal((await stat(place('1'))).mode & 0o777, 0o755);
    assert.equal((await stat(place('1', 'variables'))).mode & 0o777, 0o755);
    assert.equal((await stat(place('1', 'saved_model.pb'))).mode & 0o777, 0o644);
    assert.deepEqual(progress.at(-1), [server.archive.length, server.archive.length]);
    assert.deepEqual(await downloads(), []);
  });

  test('says the settings that put it into place', async () => {
    const { model } = options();
    const text = nextSteps(model, await fetchIt());
    const settings = parse(text);
    assert.deepEqual([settings.OBJECT_DETECTOR_SERVABLE, settings.OBJECT_DETECTOR_INPUT_SIZE], [name, '640']);
    assert.equal(path.resolve(settings.OBJECT_DETECTOR_LABEL_MAP ?? ''), place('label_map.pbtxt'));
    assert.match(text, new RegExp(`name: "${name}"\\s+base_path: "/models/${name}"`));
    assert.match(text, new RegExp(sha256(server.archive)));
  });

  test('goes on where the connection was cut', async () => {
    server.cutAfter = 100_000;
    await assert.rejects(
      fetchIt(),
      refusal(new RegExp(`broke off after 100000 of ${server.archive.length} bytes: .*Call again`)),
    );
    assert.deepEqual(await versions(), []);
    assert.equal((await stat(partial())).size, 100_000);
    server.cutAfter = Infinity;
    await fetchIt();
    const { range, 'if-range': ifRange } = server.requests[1] ?? {};
    assert.deepEqual([range, ifRange], ['bytes=100000-', '"first"']);
    assert.equal(server.sent, server.archive.length);
    await assertWhole('1');
  });

  for (const [what, headers] of [
    ['only a date is told', { 'last-modified': 'Fri, 10 Jul 2020 00:00:00 GMT' }],
    ['the tag is a weak one', { etag: 'W/"first"', 'last-modified': 'Fri, 10 Jul 2020 00:00:00 GMT' }],
  ] as const) {
    test(`goes on by the date where ${what}`, async () => {
      server.headers = headers;
      server.cutAfter = 100_000;
      await assert.rejects(fetchIt(), FetchError);
      server.cutAfter = Infinity;
      await fetchIt();
      assert.equal(server.requests[1]?.['if-range'], headers['last-modified']);
      assert.equal(server.sent, server.archive.length);
      await assertWhole('1');
    });
  }

  const anew: [string, () => void][] = [
    [
      'the file has changed meanwhile',
      () => Object.assign(server, { archive: zooArchive(name), headers: { etag: '"second"' } }),
    ],
    ['the server knows of no ranges', () => Object.assign(server, { ranges: false })],
    [
      'nothing tells whether the file is the same',
      () => Object.assign(server, { headers: { etag: 'W/"first"' } }),
    ],
  ];
  for (const [what, happen] of anew) {
    test(`begins anew where ${what}`, async () => {
      if (what.startsWith('nothing')) happen();
      server.cutAfter = 100_000;
      await assert.rejects(fetchIt(), FetchError);
      server.cutAfter = Infinity;
      happen();
      await fetchIt();
      assert.equal(server.sent, 100_000 + server.archive.length);
      await assertWhole('1');
    });
  }

  test('begins anew where the range is refused or another one comes', async () => {
    server.cutAfter = 100_000;
    await assert.rejects(fetchIt(), FetchError);
    server.cutAfter = Infinity;
    // The file became shorter than what is there, and the server forgot to compare.
    server.archive = zooArchive(name, Buffer.alloc(10));
    await fetchIt();
    assert.deepEqual(
      server.requests.map(({ range }) => range !== undefined),
      [false, true, false],
    );
    await assertWhole('1');

    await rm(place(), { recursive: true });
    server.archive = zooArchive(name);
    server.cutAfter = 100_000;
    await assert.rejects(fetchIt(), FetchError);
    server.cutAfter = Infinity;
    server.instead = (response) => {
      response.writeHead(206, { 'content-range': 'bytes 0-9/10' }).end('0123456789');
      return true;
    };
    await assert.rejects(fetchIt(), refusal(/answers another part/));
    server.instead = undefined;
    await fetchIt();
    await assertWhole('1');
  });

  test('takes only the demanded archive', async () => {
    const wrong = 'a'.repeat(64);
    await assert.rejects(
      fetchIt({ sha256: wrong }),
      refusal(new RegExp(`its sha-256 is ${sha256(server.archive)}, not ${wrong}`)),
    );
    assert.deepEqual([await versions(), await downloads()], [[], []]);
    await fetchIt({ sha256: sha256(server.archive) });
    assert.equal(server.requests.length, 2);
    assert.equal((await fetchIt({ sha256: sha256(server.archive) })).added, false);
    assert.equal(server.requests.length, 2);
  });

  test('compares with the checksums that the server sends', async () => {
    // Castagnoli's CRC of these nine digits is published as E3069283.
    server.archive = Buffer.from('123456789');
    const md5 = createHash('md5').update(server.archive).digest('base64');
    for (const [header, differing] of [
      [`crc32c=4waSgw==, md5=${Buffer.alloc(16).toString('base64')}`, 'md5'],
      [`crc32c=4waSgg==,md5=${md5}`, 'crc32c'],
    ]) {
      server.headers['x-goog-hash'] = header ?? '';
      await assert.rejects(fetchIt(), refusal(new RegExp(`its ${differing} is not what the server says`)));
    }
    server.headers['x-goog-hash'] = `crc32c=4waSgw==,md5=${md5}`;
    await assert.rejects(fetchIt(), refusal(/damaged \(/));
    server.archive = zooArchive(name);
    server.headers['x-goog-hash'] = `md5=${createHash('md5').update(server.archive).digest('base64')}`;
    await fetchIt();
    await assertWhole('1');
  });

  test('follows redirects and says what it cannot get', async () => {
    server.instead = (response, asked) => {
      if (asked !== '/moved') return false;
      response.writeHead(302, { location: '/model.tar.gz' }).end();
      return true;
    };
    const model = { name, url: new URL('/moved', server.url).href };
    assert.equal((await fetchIt({ model })).labelMap, undefined);
    await assertWhole('1');

    server.instead = (response) => {
      response.writeHead(404).end('no');
      return true;
    };
    const gone = { ...model, url: new URL('/gone', server.url).href };
    await assert.rejects(fetchIt({ model: gone }), refusal(/\/gone answers 404 Not Found/));
    server.instead = (response) => {
      response.writeHead(302, { location: '/round' }).end();
      return true;
    };
    await assert.rejects(fetchIt({ model: gone }), refusal(/sends elsewhere: \/round/));
    await server.close();
    await assert.rejects(fetchIt({ model: gone }), refusal(/cannot be reached: .*ECONNREFUSED/));
    server = await startArchiveServer(Buffer.alloc(0));
  });
});

test('the models that are known by name are in the documentation, two of them as worked examples', async () => {
  const page = await readFile(path.join(PROJECT_ROOT, 'docs', 'detectors.md'), 'utf8');
  const [first, second, ...others] = ZOO_MODELS;
  for (const model of others) {
    assert.ok(page.includes(`\n| \`${model.name}\` | ${model.longestSide} |`), model.name);
  }
  for (const model of [first, second]) {
    assert.ok(model);
    const example = page.split(`npm run models:fetch -- ${model.name}\n`)[1] ?? '';
    const settings = parse(example.split('```sh\n')[1]?.split('```')[0] ?? '');
    assert.deepEqual(settings, {
      INFERENCE_ENGINE: 'tensorflow-serving',
      OBJECT_DETECTOR_SERVABLE: model.name,
      OBJECT_DETECTOR_LABEL_MAP: `models/serving/${model.name}/label_map.pbtxt`,
      OBJECT_DETECTOR_INPUT_SIZE: String(model.longestSide),
    });
  }
  const [, labelMap = ''] = /```\n(item [^`]+)```/.exec(page) ?? [];
  assert.deepEqual(parseLabelMap(labelMap), [
    { id: 1, name: 'ace' },
    { id: 3, name: 'king of hearts' },
  ]);
});

describe('an archive', () => {
  const model: TarEntry[] = [{ path: 'm/saved_model/saved_model.pb', content: 'model' }];
  const refused: [string, Buffer, RegExp][] = [
    ['cut short', zooArchive(name).subarray(0, -2000), /damaged \(/],
    ['that is no archive', Buffer.from('<html>Please log in</html>'), /damaged \(/],
    ['with a changed byte', changed(zooArchive(name)), /damaged \(/],
    [
      'without a model',
      tarGz([{ path: 'm/frozen_inference_graph.pb', content: 'x' }]),
      /holds no saved_model\/saved_model\.pb/,
    ],
    [
      'with two models',
      tarGz([...model, { path: 'n/saved_model/saved_model.pb' }]),
      /holds 2 saved_model\/saved_model\.pb/,
    ],
    [
      'with a path upward',
      tarGz([...model, { path: 'm/saved_model/../../../evil', content: 'x' }]),
      /may lead outside/,
    ],
    [
      'with a path from the root',
      tarGz([...model, { path: '/tmp/saved_model/evil', content: 'x' }]),
      /may lead outside/,
    ],
    [
      'with a path of Windows',
      tarGz([...model, { path: 'm/saved_model/..\\evil', content: 'x' }]),
      /may lead outside/,
    ],
    ['that grows a thousandfold', gzipSync(Buffer.alloc(100_000_000)), /decompression ratio/],
    ['with a drive', tarGz([...model, { path: 'm/saved_model/C:evil', content: 'x' }]), /may lead outside/],
    [
      'with a symbolic link',
      tarGz([...model, { path: 'm/saved_model/variables', type: '2', linkTo: '/tmp' }]),
      /is a SymbolicLink/,
    ],
    [
      'with a hard link',
      tarGz([...model, { path: 'm/saved_model/x', type: '1', linkTo: '/etc/passwd' }]),
      /is a Link/,
    ],
    ['with a device', tarGz([...model, { path: 'm/saved_model/x', type: '3' }]), /is a CharacterDevice/],
    ['with a file twice', tarGz([...model, ...model]), /holds "m\/saved_model\/saved_model\.pb" twice/],
    [
      'of absurd size',
      tarGz([{ path: 'm/saved_model/huge', size: 8 * 1024 ** 3 - 1 }, ...model]),
      /larger than any model|damaged/,
    ],
    [
      'of too many files',
      tarGz(Array.from({ length: 10_001 }, (_, i) => ({ path: `m/${i}` }))),
      /larger than any model/,
    ],
  ];
  for (const [what, archive, message] of refused) {
    test(`${what} is refused whole`, async () => {
      server.archive = archive;
      await assert.rejects(fetchIt(), refusal(message));
      assert.deepEqual(await downloads(), []);
      const left = await readdir(root, { recursive: true });
      assert.deepEqual(
        left.filter((entry) =>
          /evil|saved_model|variables|huge|unpacking|^serving.*\d/.test(path.basename(entry)),
        ),
        [],
      );
    });
  }

  test('without folders of its own is taken, too', async () => {
    server.archive = tarGz([
      { path: './saved_model/saved_model.pb', content: 'model' },
      { path: './saved_model/variables/variables.index', content: 'index' },
    ]);
    await fetchIt();
    assert.equal(await readFile(place('1', 'saved_model.pb'), 'utf8'), 'model');
    assert.equal(await readFile(place('1', 'variables', 'variables.index'), 'utf8'), 'index');
  });
});

describe('fetching a model again', () => {
  test('downloads nothing while it is unchanged', async () => {
    await fetchIt();
    const sent = server.sent;
    const again = await fetchIt();
    assert.deepEqual([again.version, again.added, again.sha256], [1, false, sha256(server.archive)]);
    assert.equal(server.sent, sent);
    server.headers = { etag: '', 'last-modified': 'Fri, 10 Jul 2020 00:00:00 GMT' };
    await rm(place('1'), { recursive: true });
    await fetchIt();
    await fetchIt();
    assert.equal(server.sent, 2 * sent);
    // Only the server's idea of it has changed.
    server.headers = { etag: '"second"' };
    assert.deepEqual([(await fetchIt()).added, await versions()], [false, ['1']]);
    assert.deepEqual(await downloads(), []);
  });

  test('adds a version when it has changed, and spares what others have put there', async () => {
    await fetchIt();
    const first = sha256(server.archive);
    await mkdir(place('7'));
    await writeFile(place('label_map.pbtxt'), 'item { id: 1 name: "Mensch" }');
    Object.assign(server, { archive: zooArchive(name), headers: { etag: '"second"' } });
    const second = await fetchIt();
    assert.deepEqual([second.version, second.added, await versions()], [8, true, ['1', '7', '8']]);
    await assertWhole('8');
    assert.match(await readFile(place('label_map.pbtxt'), 'utf8'), /Mensch/);
    assert.equal((await fetchIt({ sha256: first })).version, 1);
  });

  test('is refused while another one is at it', async () => {
    server.pauseMs = 20;
    const first = fetchIt();
    while (server.sent === 0) await delay(5);
    await assert.rejects(fetchIt(), refusal(/is being fetched by another process/));
    assert.equal((await first).version, 1);
    await assertWhole('1');
  });
});

test('progress is one line in a terminal, and a line at each tenth elsewhere', () => {
  const shown = (isTTY: boolean, total: number | undefined) => {
    const pieces: string[] = [];
    const show = showProgress({ isTTY, write: (piece: string) => pieces.push(piece) > 0 });
    for (let bytes = 0; bytes <= 20_000_000; bytes += 100_000) show(bytes, total);
    return pieces.join('');
  };
  const tenths = Array.from({ length: 11 }, (_, i) => `${i * 10} % of 20 MB\n`).join('');
  assert.equal(shown(false, 20_000_000), tenths);
  assert.equal(shown(false, undefined), '0 MB\n10 MB\n');
  assert.match(shown(true, 20_000_000), /^0 % of 20 MB \r1 % of 20 MB \r[^\n]*\r100 % of 20 MB \r$/);
});

describe('a process that is killed', () => {
  const drafts = async () =>
    (await readdir(place()).catch(() => [])).filter((entry) => entry.startsWith('.unpacking-'));

  /** Fetches in a process of its own, and kills it as soon as a state is reached; it may come further than that. */
  async function fetchAndKill(reached: () => Promise<boolean>): Promise<void> {
    const { onProgress: _, ...rest } = options();
    const script = `
      const { fetchModel } = await import('${new URL('../../src/model-fetch/fetch-model.ts', import.meta.url)}');
      await fetchModel({ ...${JSON.stringify(rest)}, onProgress() {} });`;
    const child = spawn(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', script],
      { cwd: PROJECT_ROOT, stdio: 'inherit' },
    );
    const closed = once(child, 'close');
    while (child.exitCode === null && !(await reached())) await delay(1);
    child.kill('SIGKILL');
    await closed;
  }

  const hasPart = (least: number) => async () =>
    ((await stat(partial()).catch(() => undefined))?.size ?? 0) >= least;

  test('leaves a part that the next one goes on with', async () => {
    server.pauseMs = 30;
    await fetchAndKill(hasPart(100_000));
    assert.deepEqual(await versions(), []);
    const { size } = await stat(partial());
    assert.ok(size >= 100_000 && size < server.archive.length);
    await fetchIt();
    assert.equal(server.requests[1]?.range, `bytes=${size}-`);
    await assertWhole('1');
  });

  test('leaves the whole download or the whole model, and never a half one', async () => {
    server.archive = zooArchive(name, randomBytes(12_000_000));
    const states = [
      hasPart(server.archive.length),
      async () => (await drafts()).length > 0,
      async () => {
        const [draft = 'none'] = await drafts();
        return (await stat(place(draft, 'saved_model.pb')).catch(() => undefined)) !== undefined;
      },
    ];
    for (const reached of states) {
      await fetchAndKill(reached);
      const added = await versions();
      assert.ok(added.length === 1 || (await stat(partial())).size === server.archive.length);
      for (const version of added) await assertWhole(version);
    }
    await fetchIt();
    assert.deepEqual((await readdir(place())).sort(), ['1', 'label_map.pbtxt']);
    assert.deepEqual(await downloads(), []);
    await assertWhole('1');
  });
});

describe('npm run models:fetch', () => {
  const refused: [string[], RegExp][] = [
    [[], /^npm run models:fetch -- <name>/],
    [['resnet'], /^No model is known by the name "resnet"\.[\s\S]*efficientdet_d0_coco17_tpu-32/],
    [['--name', '../mine', '--url', 'http://127.0.0.1/x'], /^"\.\.\/mine" cannot be a model's name/],
    [['--name', 'object_detector', '--url', 'http://127.0.0.1/x'], /cannot be a model's name/],
    [['mine', '--url', 'ftp://127.0.0.1/x'], /^--url is "ftp:/],
    [[name, '--sha256', 'abc'], /^--sha256 is "abc"; it takes 64 hexadecimal digits/],
    [[name, '--force'], /^Unknown option '--force'/],
  ];
  test('says what it takes', async () => {
    await Promise.all(
      refused.map(async ([args, message]) => {
        const { code, lines } = await runScript('src/cli/fetch-model.ts', args, {});
        assert.match(lines.join('\n'), message);
        assert.equal(code, 1);
      }),
    );
  });
});

/** One byte changed in the middle of the compressed weights. */
function changed(archive: Buffer): Buffer {
  const at = archive.length >> 1;
  archive.writeUInt8(archive.readUInt8(at) ^ 1, at);
  return archive;
}
