import { type Canvas, createCanvas, type SKRSContext2D } from 'canvas';
import { addGrain } from './picture-grain.ts';
import { pick, type Random, seededRandom, wholeBetween } from './random.ts';

export interface DrawnPhotoOptions {
  width?: number;
  height?: number;
  /** Words on a sign in the picture. */
  sign?: string;
}

const WALLS = ['#8d6e5a', '#a9a39a', '#6f7c86', '#b8895f', '#5d6b5a', '#c7b299'] as const;

/** A street with houses, trees, a stop sign and a clock, with the grain of a camera. The same seed draws the same picture. */
export function drawPhoto(
  seed: number,
  { width = 1920, height = 1080, sign }: DrawnPhotoOptions = {},
): Canvas {
  const random = seededRandom(seed);
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  drawGround(context, random);
  for (let x = -0.05 * width; x < width; x += width * 0.16) drawHouse(context, x, random);
  for (let tree = 0; tree < 5; tree++) drawTree(context, random);
  drawStopSign(context, random() * width * 0.8 + width * 0.1, height * 0.55, Math.min(width, height) * 0.14);
  drawClock(context, random() * width * 0.8 + width * 0.1, height * 0.25, Math.min(width, height) * 0.1);
  if (sign !== undefined) drawSign(context, sign);
  addGrain(context, 5, random);
  return canvas;
}

function drawGround(context: SKRSContext2D, random: Random): void {
  const { width, height } = context.canvas;
  const sky = context.createLinearGradient(0, 0, 0, height * 0.7);
  sky.addColorStop(0, pick(random, ['#6fa3d8', '#8fa9bd', '#c0a98f']));
  sky.addColorStop(1, '#e4ecf0');
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  const road = context.createLinearGradient(0, height * 0.7, 0, height);
  road.addColorStop(0, '#7b7d80');
  road.addColorStop(1, '#4d4f52');
  context.fillStyle = road;
  context.fillRect(0, height * 0.7, width, height * 0.3);
}

function drawHouse(context: SKRSContext2D, x: number, random: Random): void {
  const { width, height } = context.canvas;
  const houseWidth = width * (0.13 + random() * 0.06);
  const top = height * (0.12 + random() * 0.3);
  context.fillStyle = pick(random, WALLS);
  context.fillRect(x, top, houseWidth, height * 0.72 - top);
  const [columns, rows] = [wholeBetween(random, 3, 5), wholeBetween(random, 4, 7)];
  const [stepX, stepY] = [houseWidth / columns, (height * 0.68 - top) / rows];
  for (let window = 0; window < columns * rows; window++) {
    const [column, row] = [window % columns, Math.floor(window / columns)];
    context.fillStyle = random() < 0.3 ? '#e8d9a0' : '#38444e';
    context.fillRect(x + (column + 0.2) * stepX, top + (row + 0.25) * stepY, stepX * 0.6, stepY * 0.55);
  }
}

/** Many small leaves: edges in every direction are what makes a photo large. */
function drawTree(context: SKRSContext2D, random: Random): void {
  const { width, height } = context.canvas;
  const [x, y, radius] = [random() * width, height * 0.55, height * (0.1 + random() * 0.08)];
  context.fillStyle = '#4a3a2c';
  context.fillRect(x - radius * 0.08, y, radius * 0.16, height * 0.2);
  for (let leaf = 0; leaf < 900; leaf++) {
    const [angle, away] = [random() * 2 * Math.PI, Math.sqrt(random()) * radius];
    const light = 25 + random() * 30;
    context.fillStyle = `hsl(${90 + random() * 40} 35% ${light}%)`;
    disc(context, x + Math.cos(angle) * away, y + Math.sin(angle) * away, radius * (0.02 + random() * 0.05));
  }
}

function drawStopSign(context: SKRSContext2D, x: number, y: number, radius: number): void {
  context.fillStyle = '#8a8d91';
  context.fillRect(x - radius * 0.06, y, radius * 0.12, radius * 3);
  context.fillStyle = '#b3121d';
  context.beginPath();
  for (let corner = 0; corner < 8; corner++) {
    const angle = ((corner + 0.5) * Math.PI) / 4;
    context.lineTo(x + Math.cos(angle) * radius, y + Math.sin(angle) * radius);
  }
  context.fill();
  write(context, 'STOP', x, y, radius * 0.6, '#ffffff');
}

function drawClock(context: SKRSContext2D, x: number, y: number, radius: number): void {
  context.fillStyle = '#2b2b2b';
  disc(context, x, y, radius);
  context.fillStyle = '#fbfbf7';
  disc(context, x, y, radius * 0.9);
  for (let hour = 1; hour <= 12; hour++) {
    const angle = (hour * Math.PI) / 6;
    const [across, up] = [Math.sin(angle) * radius * 0.72, Math.cos(angle) * radius * 0.72];
    write(context, String(hour), x + across, y - up, radius * 0.2, '#1d1d1d');
  }
  context.fillRect(x - radius * 0.03, y - radius * 0.6, radius * 0.06, radius * 0.6);
  context.fillRect(x, y - radius * 0.04, radius * 0.45, radius * 0.08);
}

function drawSign(context: SKRSContext2D, text: string): void {
  const { width, height } = context.canvas;
  const size = Math.min(height * 0.06, (width * 0.8) / (text.length * 0.6));
  context.fillStyle = '#f4f2ec';
  context.fillRect(width * 0.08, height * 0.8, width * 0.84, size * 2);
  write(context, text, width / 2, height * 0.8 + size, size, '#15181c');
}

function write(context: SKRSContext2D, text: string, x: number, y: number, size: number, ink: string): void {
  context.fillStyle = ink;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.font = `600 ${size}px "Bench Sans"`;
  context.fillText(text, x, y);
}

function disc(context: SKRSContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}
