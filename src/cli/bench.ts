import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { registerBenchFonts } from '../bench/bench-fonts.ts';
import { type BenchPictures, prepareBenchPictures } from '../bench/bench-pictures.ts';
import { measureDetect } from '../bench/measure-detect.ts';
import { measureExtract } from '../bench/measure-extract.ts';
import { measureHistory } from '../bench/measure-history.ts';
import { measureLogin } from '../bench/measure-login.ts';
import { measureMemory } from '../bench/measure-memory.ts';
import { measureServed } from '../bench/measure-served.ts';
import { measureThroughput } from '../bench/measure-throughput.ts';
import { formatTable, type ResultRow } from '../bench/result-table.ts';

// npm run bench [-- measure ...] [--photos folder] [--receipts folder]: times the program against what its parts
// take by themselves in the same run, and prints ratios. Nothing is asserted: figures depend on the machine.

const say = (line: string) => process.stdout.write(`${line}\n`);

const MEASURES: Record<string, (pictures: BenchPictures) => Promise<ResultRow[]>> = {
  detect: measureDetect,
  extract: (pictures) => measureExtract(pictures, say),
  throughput: measureThroughput,
  memory: () => measureMemory(say),
  login: measureLogin,
  served: measureServed,
  history: () => measureHistory(say),
};

/** Measures that need a server beside the program, or many minutes, run only when they are named. */
const BY_NAME_ONLY = ['served', 'history'];

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { photos: { type: 'string' }, receipts: { type: 'string' } },
  });
  const unknown = positionals.find((name) => !(name in MEASURES));
  if (unknown)
    throw new Error(`There is no measure "${unknown}"; there are ${Object.keys(MEASURES).join(', ')}.`);
  const all = Object.keys(MEASURES).filter((name) => !BY_NAME_ONLY.includes(name));
  const names = positionals.length > 0 ? positionals : all;
  return { names, own: { photosDir: values.photos, receiptsDir: values.receipts } };
}

async function main(): Promise<void> {
  const { names, own } = readArguments();
  say(`${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.version}`);
  registerBenchFonts();
  say('Preparing pictures ...');
  await using pictures = await prepareBenchPictures(own);
  const rows: ResultRow[] = [];
  for (const name of names) {
    say(`Measuring ${name} ...`);
    rows.push(...((await MEASURES[name]?.(pictures)) ?? []));
  }
  say(`\n${formatTable(rows)}`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
