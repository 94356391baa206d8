/**
 * What lies on the floor and seldom changes, drawn onto one canvas: how crowded each zone is, screens and which of them
 * nobody can see, lanes with who waits, associates at work.
 */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { Point } from '@kairos/protocol/geometry.ts';
import type { CartOnFloor, ManagerLane, ManagerScreen, ManagerState } from '@kairos/protocol/manager-events.ts';
import type { Colours } from './floor-colours.ts';
import type { PlanScale } from './plan-scale.ts';

/** Shoppers in a zone from which it is drawn one shade darker, and the shades. */
const crowdedFrom = [1, 3, 6, 10] as const;
const shades = [0.05, 0.1, 0.16, 0.24] as const;

export interface Ground {
  readonly floor: readonly CartOnFloor[];
  readonly screens: readonly ManagerScreen[];
  readonly lanes: readonly ManagerLane[];
  readonly associates: ManagerState['associates'];
  /** The zone that is looked at. */
  readonly chosenZone: string | null;
}

export interface Sheet {
  readonly context: CanvasRenderingContext2D;
  readonly scale: PlanScale;
  readonly colours: Colours;
  readonly face: string;
}

/** Shoppers by zone, in the plan's order. */
export function shoppersIn(plan: FloorPlan, floor: readonly CartOnFloor[]): number[] {
  const counts = plan.zones.map(() => 0);
  for (const [, zone, doing] of floor) if (zone >= 0 && doing > 0) counts[zone] = (counts[zone] ?? 0) + 1;
  return counts;
}

/** How crowded, 0 to 4. */
function crowding(shoppers: number): number {
  return crowdedFrom.filter((from) => shoppers >= from).length;
}

/** A screen of which nobody could read what it says. */
export function isOut(state: ManagerScreen['state']): boolean {
  return state !== 'connected';
}

export function paintGround(sheet: Sheet, plan: FloorPlan, ground: Ground): void {
  paintCrowds(sheet, plan, shoppersIn(plan, ground.floor));
  paintChosen(sheet, plan, ground.chosenZone);
  for (const screen of plan.screens) {
    const state = ground.screens.find(({ id }) => id === screen.id)?.state ?? 'unseen';
    paintScreen(sheet, screen.at, isOut(state));
  }
  for (const till of plan.tills) {
    const waiting = ground.lanes.find((lane) => lane.till === till.id)?.waiting ?? 0;
    if (waiting > 0) paintLane(sheet, till.at, waiting);
  }
  const atWork = new Map<string, number>();
  for (const { associate, zone } of ground.associates) {
    const index = zone === null ? -1 : plan.zones.findIndex(({ id }) => id === zone);
    const polygon = plan.zones[index]?.polygon;
    if (zone === null || polygon === undefined) continue;
    const place = atWork.get(zone) ?? 0;
    atWork.set(zone, place + 1);
    paintAssociate(sheet, cornerOf(polygon, sheet.scale.dot, place), associate);
  }
}

function paintCrowds({ context, scale, colours }: Sheet, plan: FloorPlan, shoppers: readonly number[]): void {
  context.fillStyle = colours.ink;
  plan.zones.forEach(({ polygon }, index) => {
    const shade = shades[crowding(shoppers[index] ?? 0) - 1];
    if (shade === undefined) return;
    context.globalAlpha = shade;
    trace(context, polygon, scale);
    context.fill();
  });
  context.globalAlpha = 1;
}

function paintChosen({ context, scale, colours }: Sheet, plan: FloorPlan, chosen: string | null): void {
  const zone = plan.zones.find(({ id }) => id === chosen);
  if (!zone) return;
  context.strokeStyle = colours.ink;
  context.lineWidth = 2.5;
  trace(context, zone.polygon, scale);
  context.stroke();
}

function trace(context: CanvasRenderingContext2D, polygon: readonly Point[], { toPixels }: PlanScale): void {
  context.beginPath();
  for (const at of polygon) context.lineTo(...toPixels(at));
  context.closePath();
}

/** Lit: ink. Out: outlined in amber and crossed, so that it is told without colour. */
function paintScreen({ context, scale, colours }: Sheet, at: Point, isOutNow: boolean): void {
  const [x, y] = scale.toPixels(at);
  const half = Math.max(7, scale.dot * scale.perMetre * 0.95);
  // One that hangs on the outer wall is drawn inside of it.
  const within = (from: number, size: number, room: number): number => Math.min(Math.max(from, 2), room - size - 2);
  const [width, height] = [half * 2, half * 1.16];
  const left = within(x - half, width, context.canvas.width / devicePixelRatio);
  const top = within(y - half * 0.58, height, context.canvas.height / devicePixelRatio);
  context.beginPath();
  context.roundRect(left, top, width, height, 3);
  context.fillStyle = isOutNow ? colours['heed-tint'] : colours.ink;
  context.fill();
  if (!isOutNow) return;
  context.strokeStyle = colours.heed;
  context.lineWidth = 2.5;
  context.stroke();
  context.beginPath();
  context.moveTo(left + 3, top + height - 3);
  context.lineTo(left + width - 3, top + 3);
  context.stroke();
}

function paintLane({ context, scale, colours, face }: Sheet, at: Point, waiting: number): void {
  const [x, y] = scale.toPixels(at);
  const half = Math.max(9, scale.dot * scale.perMetre * 0.72);
  const above = y - half * 2.4;
  context.beginPath();
  context.roundRect(x - half * 1.25, above - half, half * 2.5, half * 2, half);
  context.fillStyle = colours['paper-raised'];
  context.fill();
  context.strokeStyle = colours['ink-quiet'];
  context.lineWidth = 1.5;
  context.stroke();
  write(context, { text: String(waiting), at: [x, above], px: half * 1.3, colour: colours.ink, face });
}

/** A diamond with her first letter: no shopper looks like it. */
function paintAssociate({ context, scale, colours, face }: Sheet, at: Point, associate: string): void {
  const [x, y] = scale.toPixels(at);
  const half = Math.max(9, scale.dot * scale.perMetre);
  context.beginPath();
  context.moveTo(x, y - half);
  context.lineTo(x + half, y);
  context.lineTo(x, y + half);
  context.lineTo(x - half, y);
  context.closePath();
  context.fillStyle = colours['paper-raised'];
  context.fill();
  context.strokeStyle = colours.voice;
  context.lineWidth = 2.5;
  context.stroke();
  write(context, { text: associate.charAt(0).toUpperCase(), at: [x, y], px: half * 0.95, colour: colours.voice, face });
}

export function write(
  context: CanvasRenderingContext2D,
  word: {
    readonly text: string;
    readonly at: Point;
    readonly px: number;
    readonly colour: string;
    readonly face: string;
  },
): void {
  context.font = `600 ${word.px.toFixed(1)}px ${word.face}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = word.colour;
  context.fillText(word.text, word.at[0], word.at[1] + word.px * 0.06);
}

/** Along the zone's upper edge, one beside the other. */
function cornerOf(polygon: readonly Point[], dot: number, place: number): Point {
  const left = Math.min(...polygon.map(([x]) => x));
  const top = Math.min(...polygon.map(([, y]) => y));
  return [left + dot * (1.6 + 2.4 * place), top + dot * 1.6];
}
