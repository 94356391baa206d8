/**
 * The plan to draw on: by pointer, or by keyboard with a cross that arrows move and Enter clicks with. It says what was
 * clicked, dragged and drawn in metres; what becomes of it is the editor's business.
 */

import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { outlineOf, type PlanDraft, type PlanThing } from '@kairos/protocol/floor-plan-checks.ts';
import type { Point } from '@kairos/protocol/geometry.ts';
import { FloorPlanMap, labelSize, path } from '@kairos/ui/floor-plan-map.tsx';
import { type KeyboardEvent, type PointerEvent, type ReactElement, useRef, useState } from 'react';
import { useWords } from '../words/use-words.ts';
import { cornersMin, moved, reshape, snapped, thingAt } from './plan-draft.ts';
import type { PlanPicture } from './plan-picture.ts';
import { clicked, type Tool } from './plan-tool.ts';

export interface PlanCanvasProps {
  readonly draft: PlanDraft;
  readonly tool: Tool;
  readonly chosen: PlanThing | null;
  /** What the checks speak of. */
  readonly remarked: readonly PlanThing[];
  readonly picture: PlanPicture | null;
  readonly onChoose: (thing: PlanThing | null) => void;
  /** Moved or reshaped; done when the pointer is let go. */
  readonly onChange: (draft: PlanDraft) => void;
  readonly onDrawn: (tool: Tool, points: readonly Point[]) => void;
  readonly onRemove: () => void;
}

/** A step of the keyboard's cross, and a longer one with Shift. */
const stepMetres = 0.1;
const strideMetres = 1;

interface Drag {
  readonly from: Point;
  /** The corner that is dragged; null: the whole thing. */
  readonly corner: number | null;
  readonly before: PlanDraft;
  readonly now: PlanDraft;
}

export function PlanCanvas(props: PlanCanvasProps): ReactElement {
  const { tool, chosen, remarked, picture, onChoose, onChange, onDrawn, onRemove } = props;
  const { say, number } = useWords();
  const metres = (value: number): string => number(value, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const frame = useRef<HTMLDivElement>(null);
  const [points, setPoints] = useState<readonly Point[]>([]);
  const [drag, setDrag] = useState<Drag | null>(null);
  const [cross, setCross] = useState<Point | null>(null);
  const draft = drag?.now ?? props.draft;
  const size = labelSize(draft as FloorPlan);
  const reach = size * 0.5;
  const drawn = tool === 'select' ? [] : points;

  const click = (at: Point): void => {
    const next = clicked(tool, points, at, reach);
    setPoints(next.kind === 'done' ? [] : next.points);
    if (next.kind === 'done') onDrawn(tool, next.points);
  };
  const press = (event: PointerEvent): void => {
    const at = metresAt(frame.current, event);
    if (!at || event.button !== 0) return;
    setCross(null);
    if (tool !== 'select') {
      click(tool === 'scale' ? at : snapped(draft, at, { reach }));
      return;
    }
    const corner = chosen ? cornerAt(draft, chosen, at, reach) : null;
    const thing = corner === null ? thingAt(draft, at, reach) : chosen;
    onChoose(thing);
    if (!thing) return;
    frame.current?.setPointerCapture(event.pointerId);
    setDrag({ from: at, corner, before: props.draft, now: props.draft });
  };
  const pull = (event: PointerEvent): void => {
    const at = drag && metresAt(frame.current, event);
    if (!at || !chosen) return;
    setDrag({ ...drag, now: dragged(drag, chosen, at, reach) });
  };
  const drop = (): void => {
    if (drag && drag.now !== drag.before) onChange(drag.now);
    setDrag(null);
  };
  const type = (event: KeyboardEvent): void => {
    const by = arrowOf(event);
    const middle: Point = cross ?? [draft.width / 2, draft.height / 2];
    if (by && tool === 'select' && chosen && !event.altKey) onChange(moved(draft, chosen, by));
    else if (by) setCross([middle[0] + by[0], middle[1] + by[1]]);
    else if (event.key === 'Enter' || event.key === ' ') {
      if (tool === 'select') onChoose(thingAt(draft, middle, reach));
      else click(middle);
      setCross(middle);
    } else if (event.key === 'Escape') {
      setPoints([]);
      onChoose(null);
    } else if ((event.key === 'Delete' || event.key === 'Backspace') && chosen) onRemove();
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={frame}
      className={`plan-canvas plan-canvas-${tool === 'select' ? 'select' : 'draw'}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is drawn on with the keyboard
      tabIndex={0}
      role="application"
      aria-label={say('plan.canvas')}
      onPointerDown={press}
      onPointerMove={pull}
      onPointerUp={drop}
      onPointerCancel={() => setDrag(null)}
      onKeyDown={type}
    >
      <FloorPlanMap
        plan={draft as FloorPlan}
        label={say('plan.picture', { count: draft.zones.length })}
        margin={1}
        shows={{ anchors: true, screens: true }}
        backdrop={
          picture && (
            <image
              href={picture.address}
              x={picture.at[0]}
              y={picture.at[1]}
              width={picture.width}
              height={picture.height}
              preserveAspectRatio="none"
            />
          )
        }
      >
        {remarked.map((thing) => (
          <Outline key={`${thing.list}.${thing.index}`} draft={draft} thing={thing} className="remarked" size={size} />
        ))}
        {chosen && <Outline draft={draft} thing={chosen} className="chosen" size={size} hasCorners />}
        {drawn.length > 0 && <path className="drawing" d={path(drawn, false)} />}
        <Corners className="drawing-corner" points={drawn} radius={size * 0.22} />
        {cross && (
          <path
            className="cross"
            d={`M${cross[0] - size} ${cross[1]}h${2 * size}M${cross[0]} ${cross[1] - size}v${2 * size}`}
          />
        )}
      </FloorPlanMap>
      <p className="plan-advice" aria-live="polite">
        {say(`advice.${tool}`)}
        {cross && ` ${say('plan.cross', { x: metres(cross[0]), y: metres(cross[1]) })}`}
      </p>
    </div>
  );
}

interface OutlineProps {
  readonly draft: PlanDraft;
  readonly thing: PlanThing;
  readonly className: string;
  readonly size: number;
  readonly hasCorners?: boolean;
}

function Outline({ draft, thing, className, size, hasCorners = false }: OutlineProps): ReactElement | null {
  const outline = outlineOf(draft, thing);
  const [first] = outline;
  if (!first) return null;
  if (outline.length === 1) return <circle className={className} cx={first[0]} cy={first[1]} r={size * 0.9} />;
  return (
    <g className={className}>
      <path d={path(outline, thing.list !== 'walls')} />
      {hasCorners && <Corners className="corner" points={outline} radius={size * 0.28} />}
    </g>
  );
}

interface CornersProps {
  readonly className: string;
  readonly points: readonly Point[];
  readonly radius: number;
}

function Corners({ className, points, radius }: CornersProps): ReactElement {
  return (
    <>
      {points.map(([x, y], place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a corner is its place in the outline
        <circle key={place} className={className} cx={x} cy={y} r={radius} />
      ))}
    </>
  );
}

function dragged({ from, corner, before }: Drag, thing: PlanThing, at: Point, reach: number): PlanDraft {
  const outline = outlineOf(before, thing);
  if (corner !== null) {
    const to = snapped(before, at, { reach, but: thing });
    return reshape(
      before,
      thing,
      outline.map((point, place) => (place === corner ? to : point)),
    );
  }
  if (cornersMin[thing.list] === 1) return reshape(before, thing, [snapped(before, at, { reach: 0 })]);
  // In tenths of a metre, so that what stood in line stays in line.
  const by: Point = [Math.round((at[0] - from[0]) * 10) / 10, Math.round((at[1] - from[1]) * 10) / 10];
  return by[0] === 0 && by[1] === 0 ? before : moved(before, thing, by);
}

function cornerAt(draft: PlanDraft, thing: PlanThing, [x, y]: Point, reach: number): number | null {
  if (cornersMin[thing.list] === 1) return null;
  const place = outlineOf(draft, thing).findIndex((point) => Math.hypot(point[0] - x, point[1] - y) <= reach);
  return place === -1 ? null : place;
}

function arrowOf({ key, shiftKey }: KeyboardEvent): Point | null {
  const by = shiftKey ? strideMetres : stepMetres;
  if (key === 'ArrowLeft') return [-by, 0];
  if (key === 'ArrowRight') return [by, 0];
  if (key === 'ArrowUp') return [0, -by];
  return key === 'ArrowDown' ? [0, by] : null;
}

/** Where on the plan a pointer is. */
function metresAt(frame: HTMLElement | null, { clientX, clientY }: PointerEvent): Point | null {
  const matrix = frame?.querySelector('svg')?.getScreenCTM();
  if (!matrix) return null;
  const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(matrix.inverse());
  return [x, y];
}
