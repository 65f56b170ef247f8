import { type Canvas, createCanvas } from 'canvas';
import { addGrain } from './picture-grain.ts';
import { pick, type Random, seededRandom, wholeBetween } from './random.ts';

/** Characters that fit into one line of the receipt. */
const COLUMNS = 40;

const GOODS = [
  'WHOLE MILK 1L',
  'BREAD RYE 500G',
  'BUTTER SALTED',
  'TOMATOES LOOSE',
  'COFFEE BEANS 250G',
  'PAPER NAPKINS',
  'SCREWDRIVER SET',
  'LED LAMP 9W E27',
  'GREEN TEA 20 BAGS',
  'WASHING POWDER',
] as const;

/**
 * A scanned receipt with about 50 pieces of text, on up to two megapixels: dark print on paper that lies a little askew, with the
 * grain of a scanner. The same seed draws the same picture.
 */
export function drawReceipt(seed: number): Canvas {
  const random = seededRandom(seed);
  const lines = receiptLines(random);
  const size = wholeBetween(random, 30, 38);
  const pitch = Math.round(size * 1.35);
  const [width, height] = [Math.round(COLUMNS * size * 0.6) + 4 * size, lines.length * pitch + 4 * size];
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  const paper = context.createLinearGradient(0, 0, width, height);
  paper.addColorStop(0, '#f6f4ee');
  paper.addColorStop(1, '#e2dfd8');
  context.fillStyle = paper;
  context.fillRect(0, 0, width, height);
  context.translate(width / 2, height / 2);
  context.rotate((random() - 0.5) * 0.02);
  context.translate(-width / 2, -height / 2);
  context.fillStyle = '#2a2a2d';
  context.textBaseline = 'top';
  context.font = `500 ${size}px "Bench Mono"`;
  for (const [row, text] of lines.entries()) context.fillText(text, 2 * size, 2 * size + row * pitch);
  addGrain(context, 7, random);
  return canvas;
}

function receiptLines(random: Random): string[] {
  const lines = [
    centred(pick(random, ['GOLDEN HILL HARDWARE', 'RIVERSIDE GROCERY', 'THE CORNER MARKET'])),
    centred(`${wholeBetween(random, 1, 250)} MAIN STREET, SPRINGFIELD`),
    centred(`TEL 0${wholeBetween(random, 1_000_000, 9_999_999)}`),
    apart(`DATE ${wholeBetween(random, 10, 28)}/03/2026`, `${wholeBetween(random, 10, 20)}:45`),
    apart('INVOICE', `CS${wholeBetween(random, 10_000, 99_999)}`),
    '-'.repeat(COLUMNS),
  ];
  let total = 0;
  for (let item = 0; item < 11; item++) {
    const [count, price] = [wholeBetween(random, 1, 4), wholeBetween(random, 95, 2999)];
    total += count * price;
    lines.push(`${wholeBetween(random, 100_000, 999_999)} ${pick(random, GOODS)}`);
    lines.push(apart(`  ${count} X ${money(price)}`, money(count * price)));
  }
  lines.push('-'.repeat(COLUMNS), apart('SUBTOTAL', money(total)), apart('TAX 6%', money(total * 0.06)));
  lines.push(apart('TOTAL', money(total * 1.06)), apart('CARD', money(total * 1.06)));
  lines.push(centred('GOODS SOLD ARE NOT RETURNABLE'), centred('THANK YOU, PLEASE COME AGAIN'));
  return lines;
}

function money(cents: number): string {
  return (cents / 100).toFixed(2);
}

function centred(text: string): string {
  return text.padStart((COLUMNS + text.length) >> 1);
}

function apart(left: string, right: string): string {
  return left + right.padStart(COLUMNS - left.length);
}
