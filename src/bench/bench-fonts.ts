import { createRequire } from 'node:module';
import { GlobalFonts } from 'canvas';

/** Makes the two fonts of drawn pictures known, from packages: what is measured looks alike on every machine. */
export function registerBenchFonts(): void {
  const require = createRequire(import.meta.url);
  const register = (file: string, family: string) =>
    GlobalFonts.registerFromPath(require.resolve(file), family);
  register('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2', 'Bench Sans');
  register('@fontsource/roboto-mono/files/roboto-mono-latin-500-normal.woff2', 'Bench Mono');
}
