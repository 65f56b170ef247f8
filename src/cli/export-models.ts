import { CHARSETS, type Charset } from '../model-export/charset.ts';
import { exportModels, projectModelsDir } from '../model-export/export-models.ts';

// npm run models:export: builds the models into the project's models folder, where they are not up to date.

function charsetFrom(value: string | undefined): Charset {
  const charset = CHARSETS.find((name) => name === (value || 'latin'));
  if (!charset) throw new Error(`OCR_CHARSET is "${value}", but takes ${CHARSETS.join(' or ')}`);
  return charset;
}

const log = (line: string) => process.stdout.write(`${line}\n`);
try {
  const modelsDir = projectModelsDir();
  const { models } = await exportModels({ modelsDir, charset: charsetFrom(process.env.OCR_CHARSET), log });
  for (const { name, version, file } of Object.values(models)) log(`${name}, version ${version}: ${file}`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
