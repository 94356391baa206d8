/** Where to go, on a map that takes what room there is: the zone, the way from where she is, and the shopper's sign. */
import type { VisitSign as Sign } from '@kairos/protocol/visit-sign.ts';
import { findWay } from '@kairos/protocol/way.ts';
import { FloorPlanMap, labelSize, PlanDot, path, zoneCentre } from '@kairos/ui/floor-plan-map.tsx';
import { VisitSign } from '@kairos/ui/visit-sign.tsx';
import { signName } from '@kairos/ui/visit-sign-words.ts';
import { type ReactElement, useMemo } from 'react';
import { usePage } from './page-context.ts';

interface SmallMapProps {
  readonly zone: string;
  readonly sign: Sign | null;
}

export function SmallMap({ zone, sign }: SmallMapProps): ReactElement | null {
  const { say, state, language } = usePage();
  const { plan, view } = state;
  const here = view?.me.zone ?? null;
  const way = useMemo(() => (plan && here !== null ? findWay(plan, here, zone) : []), [plan, here, zone]);
  const goal = plan?.zones.find(({ id }) => id === zone);
  if (!plan || !goal) return null;
  const centre = zoneCentre(plan, zone);
  const from = here === null ? null : zoneCentre(plan, here);
  const size = labelSize(plan) * 4;
  return (
    <div className="task-map">
      <FloorPlanMap
        plan={plan}
        label={say('place.way', { zone: goal.name })}
        zoneClass={(one) => (one.id === zone ? 'zone-goal' : undefined)}
        showsName={() => false}
      >
        {way.length > 1 && <path className="way" d={path(way, false)} />}
        {from && here !== zone && <PlanDot plan={plan} at={from} size={0.8} />}
        {centre && sign && (
          <svg x={centre[0] - size / 2} y={centre[1] - size / 2} width={size} height={size} fontSize={size}>
            <title>{signName(sign, language)}</title>
            <VisitSign sign={sign} label={signName(sign, language)} />
          </svg>
        )}
      </FloorPlanMap>
    </div>
  );
}
