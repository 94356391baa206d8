/**
 * The two canvases over the plan, and when they are painted: as often as something moves, and not at all while nothing
 * does. It listens to the line by itself, so that no step of a cart passes through React.
 */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { contains, type Point } from '@kairos/protocol/geometry.ts';
import type { Clock } from '@kairos/protocol/ports.ts';
import type { ManagerLink } from '../link/manager-link.ts';
import { cartNumber } from '../words/cart-words.ts';
import { paintCarts } from './cart-painter.ts';
import type { Chosen } from './chosen.ts';
import { DotStamps } from './dot-stamps.ts';
import { onSchemeChange, readColours } from './floor-colours.ts';
import { isOut, paintGround, type Sheet } from './ground-painter.ts';
import { MovingCarts, placeAt, walkMs } from './moving-carts.ts';
import { type PlanScale, scaleOf } from './plan-scale.ts';

/** Painted at most so often: every other frame of a usual glass shows a walk well, and leaves time for everything else. */
const paintEveryMs = 28;
/**
 * A machine that cannot keep up (a store's own box, with no graphics chip and a store to run) paints less often, down to
 * this, rather than late. A frame is late from `lateFrameMs` on; with one in twelve late it slows, with fewer it recovers.
 */
const paintEveryMaxMs = 100;
const lateFrameMs = 25;
const slowing = 1.25;
const recovering = 0.98;
/** A finger is wider than a dot. */
const reachPxMin = 14;

export interface StageOptions {
  readonly host: HTMLElement;
  readonly ground: HTMLCanvasElement;
  readonly carts: HTMLCanvasElement;
  readonly link: ManagerLink;
  readonly plan: FloorPlan;
  readonly names: readonly string[];
  readonly clock: Pick<Clock, 'monotonic'>;
}

export class FloorStage {
  readonly #options: StageOptions;
  readonly #numbers = new Map<string, string>();
  readonly #endings: (() => void)[] = [];
  #scale: PlanScale;
  #moving: MovingCarts;
  #colours: ReturnType<typeof readColours>;
  #face = 'sans-serif';
  #dark: ReadonlySet<string> = new Set();
  #chosen: Chosen | null = null;
  #frame: number | null = null;
  #isGroundDue = true;
  #areCartsDue = true;
  #movesUntilMs = 0;
  #paintedMs = Number.NEGATIVE_INFINITY;
  #paceMs = paintEveryMs;
  /** When the frame before this one came, if this one was asked for in it. */
  #framedMs: number | null = null;
  #stamps: DotStamps;

  constructor(options: StageOptions) {
    this.#options = options;
    const { host, link, plan, names } = options;
    for (const name of names) this.#numbers.set(name, cartNumber(name));
    this.#scale = scaleOf(plan, host.clientWidth, host.clientHeight);
    this.#moving = new MovingCarts(plan, names, this.#scale.dot);
    this.#colours = readColours(host);
    this.#stamps = new DotStamps(this.#colours, devicePixelRatio);
    this.#lookAtScreens();
    const resized = new ResizeObserver(() => this.#fit());
    resized.observe(host);
    this.#endings.push(
      () => resized.disconnect(),
      link.listen('floor', () => this.#floorMoved()),
      link.listen('screens', () => this.#lookAtScreens()),
      link.listen('lanes', () => this.#askGround()),
      link.listen('associates', () => this.#askGround()),
      onSchemeChange(() => this.#fit()),
    );
    this.#fit();
  }

  choose(chosen: Chosen | null): void {
    this.#chosen = chosen;
    this.#areCartsDue = true;
    this.#askGround();
  }

  /** What is drawn at this place of the host: the nearest cart, else the zone. */
  at(x: number, y: number): Chosen | null {
    const now = this.#options.clock.monotonic();
    const reach = Math.max(reachPxMin, this.#scale.dot * this.#scale.perMetre);
    let nearest: { id: string; far: number } | null = null;
    for (const cart of this.#moving.all) {
      const place = placeAt(cart, now);
      if (place === null) continue;
      const [cartX, cartY] = this.#scale.toPixels(place);
      const far = Math.hypot(cartX - x, cartY - y);
      if (far <= reach && far < (nearest?.far ?? Number.POSITIVE_INFINITY)) nearest = { id: cart.id, far };
    }
    if (nearest) return { kind: 'cart', id: nearest.id };
    const metres: Point = this.#scale.toMetres([x, y]);
    const zone = this.#options.plan.zones.find(({ polygon }) => contains(polygon, metres));
    return zone ? { kind: 'zone', id: zone.id } : null;
  }

  close(): void {
    for (const end of this.#endings) end();
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
  }

  #floorMoved(): void {
    const { link, clock } = this.#options;
    const now = clock.monotonic();
    if (!this.#moving.take(link.get('floor') ?? [], now)) return;
    this.#movesUntilMs = now + walkMs;
    this.#areCartsDue = true;
    this.#askGround();
  }

  #lookAtScreens(): void {
    const screens = this.#options.link.get('screens') ?? [];
    this.#dark = new Set(screens.flatMap(({ id, zone, state }) => (zone === null && isOut(state) ? [id] : [])));
    this.#areCartsDue = true;
    this.#askGround();
  }

  #askGround(): void {
    this.#isGroundDue = true;
    this.#ask();
  }

  #ask(): void {
    this.#frame ??= requestAnimationFrame(() => this.#paint());
  }

  /** The host has another size, or the page another scheme: everything is laid out anew. */
  #fit(): void {
    const { host, ground, carts, plan, names, link } = this.#options;
    const ratio = devicePixelRatio;
    for (const canvas of [ground, carts]) {
      canvas.width = Math.round(host.clientWidth * ratio);
      canvas.height = Math.round(host.clientHeight * ratio);
    }
    this.#scale = scaleOf(plan, host.clientWidth, host.clientHeight);
    this.#colours = readColours(host);
    this.#stamps = new DotStamps(this.#colours, ratio);
    this.#face = getComputedStyle(host).fontFamily;
    this.#moving = new MovingCarts(plan, names, this.#scale.dot);
    this.#moving.take(link.get('floor') ?? [], Number.NEGATIVE_INFINITY);
    this.#areCartsDue = true;
    this.#askGround();
  }

  #paint(): void {
    this.#frame = null;
    const { link, plan, ground, carts, clock } = this.#options;
    const now = clock.monotonic();
    this.#keepPace(now);
    if (now - this.#paintedMs < this.#paceMs) {
      this.#framedMs = now;
      this.#ask();
      return;
    }
    this.#paintedMs = now;
    if (this.#isGroundDue) {
      this.#isGroundDue = false;
      const sheet = this.#sheet(ground);
      if (sheet) {
        paintGround(sheet, plan, {
          floor: link.get('floor') ?? [],
          screens: link.get('screens') ?? [],
          lanes: link.get('lanes') ?? [],
          associates: link.get('associates') ?? [],
          chosenZone: this.#chosen?.kind === 'zone' ? this.#chosen.id : null,
        });
      }
    }
    const isMoving = now < this.#movesUntilMs;
    if (this.#areCartsDue || isMoving) {
      // The frame after the last step draws them where they have come to.
      this.#areCartsDue = isMoving;
      const sheet = this.#sheet(carts);
      if (sheet) {
        paintCarts(sheet, {
          carts: this.#moving.all,
          stamps: this.#stamps,
          dark: this.#dark,
          chosen: this.#chosen?.kind === 'cart' ? this.#chosen.id : null,
          nowMs: now,
          numberOf: (cart) => this.#numbers.get(cart) ?? cart,
        });
      }
    }
    this.#framedMs = this.#areCartsDue ? now : null;
    if (this.#areCartsDue) this.#ask();
  }

  #keepPace(now: number): void {
    if (this.#framedMs === null) return;
    const isLate = now - this.#framedMs > lateFrameMs;
    const wished = this.#paceMs * (isLate ? slowing : recovering);
    this.#paceMs = Math.min(paintEveryMaxMs, Math.max(paintEveryMs, wished));
  }

  #sheet(canvas: HTMLCanvasElement): Sheet | null {
    const context = canvas.getContext('2d');
    if (!context) return null;
    const ratio = devicePixelRatio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    return { context, scale: this.#scale, colours: this.#colours, face: this.#face };
  }
}
