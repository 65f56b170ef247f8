/** Red, green and blue of sRGB as XYZ, adapted to the white that profiles are written for (D50). */
const PRIMARIES = {
  rXYZ: [0.4361, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
};
/** Profiles round differently; this much moves no colour by more than a step of 8 bits. */
const PRIMARY_TOLERANCE = 0.001;
const CURVE_TOLERANCE = 1 / 255;
/** Values of 8 bits at which a curve is looked at. */
const CURVE_SAMPLES = Array.from({ length: 16 }, (_, i) => (i + 1) * 15);

/**
 * Whether an ICC profile says no more than that colours are sRGB: by its primaries and curves, since there are profiles
 * of linear light that carry the name. `false` for what cannot be told.
 */
export function isSrgbProfile(profile: Buffer): boolean {
  try {
    if (profile.toString('latin1', 16, 20) !== 'RGB ') return false;
    const tags = readTags(profile);
    // Tables take the place of primaries and curves.
    if (['A2B0', 'A2B1', 'A2B2', 'D2B0'].some((name) => tags.has(name))) return false;
    const primaries = Object.entries(PRIMARIES).every(([name, expected]) => {
      const actual = readXyz(tags.get(name));
      return expected.every((value, i) => Math.abs((actual[i] ?? 0) - value) < PRIMARY_TOLERANCE);
    });
    return primaries && ['rTRC', 'gTRC', 'bTRC'].every((name) => isSrgbCurve(readCurve(tags.get(name))));
  } catch (error) {
    // It ends before what it announces.
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function readTags(profile: Buffer): Map<string, Buffer> {
  const tags = new Map<string, Buffer>();
  const count = profile.readUInt32BE(128);
  for (let i = 0; i < count; i++) {
    const entry = 132 + i * 12;
    const [start, length] = [profile.readUInt32BE(entry + 4), profile.readUInt32BE(entry + 8)];
    tags.set(profile.toString('latin1', entry, entry + 4), profile.subarray(start, start + length));
  }
  return tags;
}

/** The number of a profile: 16 bits before the point and 16 after it. */
function readFixed(tag: Buffer, at: number): number {
  return tag.readInt32BE(at) / 65_536;
}

function readXyz(tag: Buffer = Buffer.alloc(0)): number[] {
  return [8, 12, 16].map((at) => readFixed(tag, at));
}

/** From stored values to linear light, both 0 to 1; `undefined` for a kind that sRGB is never written in. */
function readCurve(tag: Buffer = Buffer.alloc(0)): ((stored: number) => number) | undefined {
  const kind = tag.toString('latin1', 0, 4);
  if (kind === 'para' && tag.readUInt16BE(8) === 3) {
    const [g = 1, a = 1, b = 0, c = 1, d = 0] = [0, 1, 2, 3, 4].map((i) => readFixed(tag, 12 + 4 * i));
    return (stored) => (stored >= d ? (a * stored + b) ** g : c * stored);
  }
  if (kind === 'curv' && tag.readUInt32BE(8) > 1) {
    const last = tag.readUInt32BE(8) - 1;
    return (stored) => {
      const below = Math.min(last - 1, Math.floor(stored * last));
      const [from, to] = [tag.readUInt16BE(12 + 2 * below), tag.readUInt16BE(14 + 2 * below)];
      return (from + (to - from) * (stored * last - below)) / 65_535;
    };
  }
  return undefined;
}

function isSrgbCurve(curve: ((stored: number) => number) | undefined): boolean {
  if (!curve) return false;
  return CURVE_SAMPLES.every((sample) => {
    const linear = curve(sample / 255);
    const again = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
    return Math.abs(again - sample / 255) < CURVE_TOLERANCE;
  });
}
