/**
 * A store's floor plan as SVG: zones, shelves, walls, tills, doors and, where asked, radio anchors and screens. Drawn
 * in plan coordinates (metres, y down), so that whatever moves on it, carts, ways, tints, is given as children in the
 * same coordinates. Promises that labels are read at any size of store; leaves meaning (whose dot, which tint) to the
 * page.
 */
import './floor-plan-map.css';
import type { FloorPlan, Zone } from '@kairos/protocol/floor-plan.ts';
import { centreOf, type Point } from '@kairos/protocol/geometry.ts';
import type { ReactElement, ReactNode } from 'react';
import { labelOf } from './zone-label.ts';

export interface FloorPlanMapProps {
  readonly plan: FloorPlan;
  /** What a screen reader says of the picture as a whole. */
  readonly label: string;
  /** Extra classes of a zone's outline, for tints: `zone-here`, `zone-goal`, `zone-busy-1` … `zone-busy-3`, or your own. */
  readonly zoneClass?: (zone: Zone) => string | undefined;
  /** Which zones carry their name; all of them where not given. */
  readonly showsName?: (zone: Zone) => boolean;
  /** Makes zones pressable, by pointer and keyboard. */
  readonly onZone?: (zone: Zone) => void;
  /** True where `children` hold something to follow or press: then it is a group of things, not one picture. */
  readonly hasLinks?: boolean;
  /** Radio anchors and screens are the staff's business; off by default. */
  readonly shows?: { readonly anchors?: boolean; readonly screens?: boolean };
  /** Height of names in metres, where the picture is small; by the plan's size if not given. */
  readonly nameSize?: number;
  /** Names that make room for a dot in the middle of their zone. */
  readonly raisesName?: (zone: Zone) => boolean;
  /** Metres of free floor drawn around the plan. */
  readonly margin?: number;
  /** Drawn on the bare floor, below everything: a picture that is drawn over. */
  readonly backdrop?: ReactNode;
  /** Drawn above the floor and below `children`. */
  readonly underlay?: ReactNode;
  /** Overlays in plan coordinates. */
  readonly children?: ReactNode;
}

/** The height of a zone's name in metres, for a plan of this size. */
export function labelSize(plan: FloorPlan): number {
  return Math.max(plan.width, plan.height) / 42;
}

export function path(points: readonly Point[], closed = true): string {
  return `M${points.map(([x, y]) => `${x} ${y}`).join('L')}${closed ? 'Z' : ''}`;
}

export function FloorPlanMap(props: FloorPlanMapProps): ReactElement {
  const { plan, label, margin = 0.6, shows = {} } = props;
  const size = labelSize(plan);
  return (
    <svg
      className="floor-plan"
      viewBox={`${-margin} ${-margin} ${plan.width + 2 * margin} ${plan.height + 2 * margin}`}
      role={props.onZone || props.hasLinks ? 'group' : 'img'}
      aria-label={label}
      preserveAspectRatio="xMidYMid meet"
    >
      <rect className="floor" x={0} y={0} width={plan.width} height={plan.height} rx={size / 3} />
      {props.backdrop}
      <g>
        {plan.zones.map((zone) => (
          <ZoneOutline key={zone.id} zone={zone} extra={props.zoneClass?.(zone)} onPress={props.onZone} />
        ))}
      </g>
      <g>
        {plan.shelves.map((shelf) => (
          <path key={shelf.id} className="shelf" d={path(shelf.polygon)} />
        ))}
      </g>
      <g>
        {plan.walls.map((wall) => (
          <path key={wall.join(' ')} className="wall" d={path(wall, false)} />
        ))}
        <rect className="outer-wall" x={0} y={0} width={plan.width} height={plan.height} rx={size / 3} />
        {plan.doors.map((door) => (
          <Door key={door.id} plan={plan} at={door.at} />
        ))}
      </g>
      <g>
        {plan.tills.map((till) => (
          <rect
            key={till.id}
            className="till"
            x={till.at[0] - size * 0.45}
            y={till.at[1] - size * 0.7}
            width={size * 0.9}
            height={size * 1.4}
            rx={size * 0.2}
          />
        ))}
        {shows.screens &&
          plan.screens.map((screen) => (
            <rect
              key={screen.id}
              className="screen"
              x={screen.at[0] - size * 0.6}
              y={screen.at[1] - size * 0.35}
              width={size * 1.2}
              height={size * 0.7}
              rx={size * 0.12}
            />
          ))}
        {shows.anchors &&
          plan.anchors.map((anchor) => (
            <circle key={anchor.address} className="anchor" cx={anchor.at[0]} cy={anchor.at[1]} r={size * 0.16} />
          ))}
      </g>
      {props.underlay}
      <g aria-hidden={props.onZone ? true : undefined}>
        {plan.zones
          .filter((zone) => props.showsName?.(zone) ?? true)
          .map((zone) => (
            <ZoneName
              key={zone.id}
              zone={zone}
              size={props.nameSize ?? size}
              isRaised={zone.kind === 'till' || (props.raisesName?.(zone) ?? false)}
            />
          ))}
      </g>
      {props.children}
    </svg>
  );
}

interface ZoneOutlineProps {
  readonly zone: Zone;
  readonly extra: string | undefined;
  readonly onPress: ((zone: Zone) => void) | undefined;
}

function ZoneOutline({ zone, extra, onPress }: ZoneOutlineProps): ReactElement {
  const shape = { className: `zone zone-${zone.kind} ${extra ?? ''}`, d: path(zone.polygon) };
  if (!onPress) return <path {...shape} />;
  return (
    // biome-ignore lint/a11y/useSemanticElements: an SVG has no button of its own
    <path
      {...shape}
      role="button"
      tabIndex={0}
      aria-label={zone.name}
      onClick={() => onPress(zone)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        onPress(zone);
      }}
    />
  );
}

interface ZoneNameProps {
  readonly zone: Zone;
  readonly size: number;
  /** Stands above the middle: tills and dots have their place there. */
  readonly isRaised: boolean;
}

function ZoneName({ zone, size, isRaised }: ZoneNameProps): ReactElement | null {
  const label = labelOf(zone, size);
  if (!label) return null;
  const [x, y] = label.at;
  return (
    <text
      className="zone-name"
      fontSize={label.size}
      dy={isRaised ? -Math.min(label.size * 1.15, label.headroom) : 0}
      transform={`translate(${x} ${y})${label.upright ? ' rotate(-90)' : ''}`}
    >
      {zone.name}
    </text>
  );
}

/** A gap in the outer wall that is nearest. */
function Door({ plan, at }: { readonly plan: FloorPlan; readonly at: Point }): ReactElement {
  const half = Math.max(plan.width, plan.height) / 32;
  const [x, y] = at;
  const gaps: [distance: number, from: Point, to: Point][] = [
    [Math.abs(y), [x - half, 0], [x + half, 0]],
    [Math.abs(plan.height - y), [x - half, plan.height], [x + half, plan.height]],
    [Math.abs(x), [0, y - half], [0, y + half]],
    [Math.abs(plan.width - x), [plan.width, y - half], [plan.width, y + half]],
  ];
  const [, from, to] = gaps.reduce((nearest, gap) => (gap[0] < nearest[0] ? gap : nearest));
  return <path className="door" d={path([from, to], false)} />;
}

/** A place on the plan: a cart, a shopper, a goal. Its size is in units of the plan's label size. */
export function PlanDot(props: {
  readonly plan: FloorPlan;
  readonly at: Point;
  readonly className?: string;
  readonly size?: number;
}): ReactElement {
  const radius = labelSize(props.plan) * (props.size ?? 0.5);
  return <circle className={props.className ?? 'plan-dot'} cx={props.at[0]} cy={props.at[1]} r={radius} />;
}

/** Where a dot for a zone goes. */
export function zoneCentre(plan: FloorPlan, id: string): Point | null {
  const zone = plan.zones.find((one) => one.id === id);
  return zone ? centreOf(zone.polygon) : null;
}
