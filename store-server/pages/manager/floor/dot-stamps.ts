/**
 * The dot of a cart, drawn once for each thing that a cart may be doing and stamped from then on: three hundred outlines
 * drawn anew thirty times a second are most of what a frame costs where no graphics chip draws them.
 */
import { cartDoing } from '../words/cart-words.ts';
import type { Colours } from './floor-colours.ts';

/** Pixels around the dot for its line. */
const lineRoom = 2;

export interface DotStamp {
  readonly image: HTMLCanvasElement;
  /** Half of its side, in pixels of the page. */
  readonly half: number;
}

export class DotStamps {
  readonly #colours: Colours;
  readonly #ratio: number;
  readonly #stamps = new Map<string, DotStamp>();

  /** `ratio`: pixels of the glass for one of the page. */
  constructor(colours: Colours, ratio: number) {
    this.#colours = colours;
    this.#ratio = ratio;
  }

  of(doing: number, radius: number): DotStamp {
    const key = `${doing} ${radius}`;
    const known = this.#stamps.get(key);
    if (known) return known;
    const stamp = this.#draw(doing, radius);
    this.#stamps.set(key, stamp);
    return stamp;
  }

  #draw(doing: number, radius: number): DotStamp {
    const image = document.createElement('canvas');
    const half = Math.ceil(radius) + lineRoom;
    image.width = Math.ceil(half * 2 * this.#ratio);
    image.height = image.width;
    const context = image.getContext('2d');
    if (context) {
      context.setTransform(this.#ratio, 0, 0, this.#ratio, half * this.#ratio, half * this.#ratio);
      paintDot(context, this.#colours, { radius, doing });
    }
    return { image, half };
  }
}

function paintDot(
  context: CanvasRenderingContext2D,
  colours: Colours,
  { radius, doing }: { readonly radius: number; readonly doing: number },
): void {
  context.beginPath();
  // Somebody who asks is no dot: it is told without colour.
  if (doing === cartDoing.calling) context.roundRect(-radius, -radius, radius * 2, radius * 2, radius * 0.3);
  else context.arc(0, 0, radius, 0, 2 * Math.PI);
  context.fillStyle =
    doing === cartDoing.free
      ? colours['paper-raised']
      : doing === cartDoing.calling
        ? colours.heed
        : doing === cartDoing['spoken-to']
          ? colours.voice
          : colours.ink;
  context.fill();
  context.strokeStyle = doing === cartDoing.free ? colours['line-strong'] : colours['paper-raised'];
  context.lineWidth = doing === cartDoing.free ? 1.5 : 2;
  context.stroke();
}
