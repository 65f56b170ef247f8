import { loadConfig } from '../config.ts';
import { explainStart } from '../explain-start.ts';
import { exportModels } from '../model-export/export-models.ts';
import { MODELS_DIR } from '../project-root.ts';
import { readEnvironment } from '../read-environment.ts';

/** `npm run models:export` builds the models into the project's models folder, where they are not up to date. */
async function main(): Promise<void> {
  const log = (line: string) => process.stdout.write(`${line}\n`);
  const { ocrCharset: charset } = loadConfig(readEnvironment());
  const { models } = await exportModels({ modelsDir: MODELS_DIR, charset, log });
  log(
    `Models are up to date: ${Object.values(models)
      .map(({ name, version }) => `${name} ${version}`)
      .join(', ')}`,
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${explainStart(error)}\n`);
  process.exitCode = 1;
});
