/** The carts onto their canvas: a dot with its number and a short tail from where it came. */
import type { Point } from '@kairos/protocol/geometry.ts';
import { cartDoing } from '../words/cart-words.ts';
import type { DotStamps } from './dot-stamps.ts';
import { type Sheet, write } from './ground-painter.ts';
import { type MovingCart, placeAt } from './moving-carts.ts';

/** Below this many pixels a dot carries no number. */
const numberedFromPx = 9;
const tailInDots = 3.2;

export interface CartsToPaint {
  readonly carts: readonly MovingCart[];
  readonly stamps: DotStamps;
  /** Carts whose screen nobody can see. */
  readonly dark: ReadonlySet<string>;
  readonly chosen: string | null;
  readonly nowMs: number;
  readonly numberOf: (cart: string) => string;
}

export function paintCarts(sheet: Sheet, { carts, stamps, dark, chosen, nowMs, numberOf }: CartsToPaint): void {
  const radius = sheet.scale.dot * sheet.scale.perMetre;
  // Who needs somebody lies on top.
  for (const layer of [0, 1, 2, 3]) {
    for (const cart of carts) {
      if (cart.doing !== layer) continue;
      const place = placeAt(cart, nowMs);
      if (place === null) continue;
      const at = sheet.scale.toPixels(place);
      const size = cart.doing === 0 ? radius * 0.72 : radius;
      paintTail(sheet, { at, from: cart.from, radius: size, doing: cart.doing });
      const { image, half } = stamps.of(cart.doing, size);
      sheet.context.drawImage(image, at[0] - half, at[1] - half, half * 2, half * 2);
      if (dark.has(cart.id)) ring(sheet, { at, radius: size + 3, colour: 'heed', dash: [4, 3] });
      if (cart.id === chosen) ring(sheet, { at, radius: size + 6, colour: 'ink', dash: [] });
      if (size >= numberedFromPx) {
        const colour = numberColour(sheet, cart.doing);
        write(sheet.context, { text: numberOf(cart.id), at, px: size * 1.1, colour, face: sheet.face });
      }
      if (cart.doing === cartDoing['spoken-to']) paintVoice(sheet, at, size);
    }
  }
}

function numberColour({ colours }: Sheet, doing: number): string {
  if (doing === cartDoing.free) return colours['ink-quiet'];
  return doing === cartDoing['spoken-to'] ? colours['on-voice'] : colours['paper-raised'];
}

interface Tail {
  readonly at: Point;
  readonly from: Point | null;
  readonly radius: number;
  readonly doing: number;
}

/** A taper from the dot back towards where it came from, a few dots long at most. */
function paintTail({ context, scale, colours }: Sheet, { at, from, radius, doing }: Tail): void {
  if (from === null || doing === cartDoing.free) return;
  const [fromX, fromY] = scale.toPixels(from);
  const [dx, dy] = [fromX - at[0], fromY - at[1]];
  const far = Math.hypot(dx, dy);
  if (far < radius) return;
  const [ux, uy] = [dx / far, dy / far];
  const length = Math.min(far, radius * tailInDots);
  const half = radius * 0.8;
  context.beginPath();
  context.moveTo(at[0] - uy * half, at[1] + ux * half);
  context.lineTo(at[0] + ux * length, at[1] + uy * length);
  context.lineTo(at[0] + uy * half, at[1] - ux * half);
  context.closePath();
  context.globalAlpha = 0.16;
  context.fillStyle = doing === cartDoing['spoken-to'] ? colours.voice : colours.ink;
  context.fill();
  context.globalAlpha = 1;
}

/** A small speech bubble at the dot's upper right: that a cart speaks must not rest on colour. */
function paintVoice({ context, colours }: Sheet, [x, y]: Point, radius: number): void {
  const [left, top, width, height] = [x + radius * 0.5, y - radius * 1.62, radius * 1.25, radius * 0.95];
  context.beginPath();
  context.roundRect(left, top, width, height, radius * 0.25);
  context.moveTo(left + width * 0.3, top + height);
  context.lineTo(left + width * 0.15, top + height * 1.35);
  context.lineTo(left + width * 0.6, top + height);
  context.fillStyle = colours.voice;
  context.fill();
  context.strokeStyle = colours['paper-raised'];
  context.lineWidth = 1.5;
  context.stroke();
}

interface Ring {
  readonly at: Point;
  readonly radius: number;
  readonly colour: 'heed' | 'ink';
  readonly dash: number[];
}

function ring({ context, colours }: Sheet, { at, radius, colour, dash }: Ring): void {
  context.beginPath();
  context.arc(at[0], at[1], radius, 0, 2 * Math.PI);
  context.strokeStyle = colours[colour];
  context.lineWidth = 2.5;
  context.setLineDash(dash);
  context.stroke();
  context.setLineDash([]);
}
