import { createRequire } from 'node:module';
import { type Canvas, createCanvas, GlobalFonts, type SKRSContext2D } from 'canvas';

/** Fonts from packages: what a test draws looks alike on every machine. */
const FONT_FILES = {
  Inter: '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
  Lora: '@fontsource/lora/files/lora-latin-500-normal.woff2',
  'Roboto Mono': '@fontsource/roboto-mono/files/roboto-mono-latin-500-normal.woff2',
} as const;

export type DrawnFont = keyof typeof FONT_FILES;
export const DRAWN_FONTS = Object.keys(FONT_FILES) as DrawnFont[];

const require = createRequire(import.meta.url);
for (const [family, file] of Object.entries(FONT_FILES)) {
  GlobalFonts.registerFromPath(require.resolve(file), `Drawn ${family}`);
}

/** A drawn picture and where its subject stands, in pixels from the top left corner. */
export interface DrawnPicture {
  /** A PNG file. */
  png: Buffer;
  width: number;
  height: number;
  box: { x: number; y: number; width: number; height: number };
}

/** A red stop sign with the word STOP before a blue sky and a grey road. The detector calls it a `stop sign`. */
export function drawStopSign({ width = 640, height = 480 } = {}): DrawnPicture {
  const { canvas, context } = scene(width, height);
  const [x, y, radius] = [width * 0.42, height * 0.4, Math.min(width, height) * 0.3];
  context.fillStyle = '#8a8d91';
  context.fillRect(x - radius * 0.06, y, radius * 0.12, height);
  for (const [scale, colour] of [
    [1, '#ffffff'],
    [0.93, '#b3121d'],
  ] as const) {
    context.fillStyle = colour;
    context.beginPath();
    for (let corner = 0; corner < 8; corner++) {
      const angle = ((corner + 0.5) * Math.PI) / 4;
      context.lineTo(x + Math.cos(angle) * radius * scale, y + Math.sin(angle) * radius * scale);
    }
    context.fill();
  }
  context.fillStyle = '#ffffff';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.font = `800 ${radius * 0.6}px "Drawn Inter"`;
  context.fillText('STOP', x, y);
  const reach = radius * Math.cos(Math.PI / 8);
  return finish(canvas, { x: x - reach, y: y - reach, width: 2 * reach, height: 2 * reach });
}

/** A round wall clock on a plain wall. The detector calls it a `clock`. */
export function drawClock({ width = 640, height = 480 } = {}): DrawnPicture {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#d9cfbf';
  context.fillRect(0, 0, width, height);
  const [x, y, radius] = [width * 0.55, height * 0.48, Math.min(width, height) * 0.34];
  disc(context, x, y, radius, '#2b2b2b');
  disc(context, x, y, radius * 0.9, '#fbfbf7');
  context.fillStyle = '#1d1d1d';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.font = `600 ${radius * 0.18}px "Drawn Inter"`;
  for (let hour = 1; hour <= 12; hour++) {
    const angle = (hour * Math.PI) / 6;
    context.fillText(String(hour), x + Math.sin(angle) * radius * 0.72, y - Math.cos(angle) * radius * 0.72);
  }
  for (const [turn, length, thickness] of [
    [10.15 / 12, 0.45, 0.06],
    [9 / 60, 0.66, 0.04],
  ] as const) {
    const angle = turn * 2 * Math.PI;
    context.lineWidth = radius * thickness;
    context.lineCap = 'round';
    context.strokeStyle = '#1d1d1d';
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + Math.sin(angle) * radius * length, y - Math.cos(angle) * radius * length);
    context.stroke();
  }
  disc(context, x, y, radius * 0.05, '#1d1d1d');
  return finish(canvas, { x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius });
}

export interface DrawnWordsOptions {
  font?: DrawnFont;
  /** Height of the letters' box in pixels. */
  size?: number;
  /** Degrees by which the text is turned clockwise about the picture's middle. */
  turn?: number;
  width?: number;
  height?: number;
  ink?: string;
  ground?: string;
}

/** Lines of dark text in the middle of a light picture; `box` holds the text before it is turned. */
export function drawWords(lines: string | readonly string[], options: DrawnWordsOptions = {}): DrawnPicture {
  const { font = 'Inter', size = 32, turn = 0, ink = '#15181c', ground = '#f4f2ec' } = options;
  const { width = 640, height = 480 } = options;
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = ground;
  context.fillRect(0, 0, width, height);
  context.translate(width / 2, height / 2);
  context.rotate((turn * Math.PI) / 180);
  context.fillStyle = ink;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.font = `500 ${size}px "Drawn ${font}"`;
  const rows = typeof lines === 'string' ? [lines] : lines;
  const pitch = size * 1.6;
  let longest = 0;
  for (const [row, text] of rows.entries()) {
    context.fillText(text, 0, (row - (rows.length - 1) / 2) * pitch);
    longest = Math.max(longest, context.measureText(text).width);
  }
  const tall = (rows.length - 1) * pitch + size;
  return finish(canvas, { x: (width - longest) / 2, y: (height - tall) / 2, width: longest, height: tall });
}

function scene(width: number, height: number): { canvas: Canvas; context: SKRSContext2D } {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  const sky = context.createLinearGradient(0, 0, 0, height);
  sky.addColorStop(0, '#7fb2e5');
  sky.addColorStop(1, '#dcebf7');
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  context.fillStyle = '#6b6f73';
  context.fillRect(0, height * 0.8, width, height * 0.2);
  return { canvas, context };
}

function disc(context: SKRSContext2D, x: number, y: number, radius: number, colour: string): void {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

function finish(canvas: Canvas, box: DrawnPicture['box']): DrawnPicture {
  return { png: canvas.toBuffer('image/png'), width: canvas.width, height: canvas.height, box };
}
