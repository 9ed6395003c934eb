import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

/** Height the recognizer wants, and the width all lines are made with. */
export const LINE_HEIGHT = 48;
export const LINE_WIDTH = 320;

const WORDS =
  'meter pressure valve pump north station order batch number weight total name road street house river mountain paper light water green yellow signal engine filter sensor window summer winter market garden bottle button camera device record update';
const FONTS = ['DejaVu Sans', 'DejaVu Serif', 'DejaVu Sans Mono'];

/** One line of text as a picture. */
export interface TextLine {
  readonly text: string;
  /** Bytes, [LINE_HEIGHT, LINE_WIDTH, 3], row-major. */
  readonly pixels: Uint8Array;
}

/** Lines of words and figures in several fonts, sizes and inks on paper that is never quite white; the same for a seed. */
export async function textLines(count: number, seed: number): Promise<readonly TextLine[]> {
  const random = seeded(seed);
  const lines: TextLine[] = [];
  for (let index = 0; index < count; index++) {
    const text = lineText(random);
    const { data } = await sharp(Buffer.from(drawing(text, random)))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    lines.push({ text, pixels: Uint8Array.from(data, (ink) => grain(ink, random)) });
  }
  return lines;
}

/** Writes the lines as images, of one class, into a folder that can be imported. */
export async function writeLines(lines: readonly TextLine[], folder: string): Promise<void> {
  mkdirSync(join(folder, 'line'), { recursive: true });
  const raw = { width: LINE_WIDTH, height: LINE_HEIGHT, channels: 3 as const };
  for (const [index, { pixels }] of lines.entries()) {
    await sharp(pixels, { raw })
      .png()
      .toFile(join(folder, 'line', `${index}.png`));
  }
}

/** Whether there are fonts to draw with: without them every line is blank paper. */
export async function canDrawText(): Promise<boolean> {
  const [line] = await textLines(1, 1);
  return line !== undefined && Math.min(...line.pixels) < 128;
}

function lineText(random: () => number): string {
  const words = WORDS.split(' ');
  const pick = (): string => words[Math.floor(random() * words.length)] ?? '';
  const figures = String(Math.floor(random() * 100_000));
  const kinds = [
    `${pick()} ${pick()}`,
    `${pick()} ${figures}`,
    `${pick().toUpperCase()}-${figures}`,
    `${figures} ${pick()}`,
  ];
  return kinds[Math.floor(random() * kinds.length)] ?? figures;
}

function drawing(text: string, random: () => number): string {
  const size = 22 + Math.floor(random() * 7);
  const font = FONTS[Math.floor(random() * FONTS.length)];
  const [ink, paper] = [Math.floor(random() * 90), 200 + Math.floor(random() * 55)];
  const tilt = (random() - 0.5) * 2;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${LINE_WIDTH}" height="${LINE_HEIGHT}">
<rect width="100%" height="100%" fill="rgb(${paper},${paper},${paper})"/>
<text x="6" y="34" font-family="${font}" font-size="${size}" fill="rgb(${ink},${ink},${ink})" transform="rotate(${tilt} 160 24)">${text}</text></svg>`;
}

function grain(ink: number, random: () => number): number {
  return Math.max(0, Math.min(255, Math.round(ink + (random() - 0.5) * 16)));
}

/** mulberry32 */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
