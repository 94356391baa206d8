/** The floor in words, for those who read rather than look, and for a narrow glass: each zone, and what goes on in it. */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { ReactElement } from 'react';
import { type ManagerLink, usePart } from '../link/manager-link.ts';
import { hashOfChosen } from './chosen.ts';
import { isOut, shoppersIn } from './ground-painter.ts';
import { useFloor } from './use-floor.ts';

/** More zones than this are listed when somebody asks. */
const openUpTo = 24;

export interface FloorWordsProps {
  readonly link: ManagerLink;
  readonly ports: Ports;
  readonly plan: FloorPlan;
}

export function FloorWords({ link, ports, plan }: FloorWordsProps): ReactElement {
  const shoppers = shoppersIn(plan, useFloor(link, ports.timers));
  const screens = usePart(link, 'screens') ?? [];
  const lanes = usePart(link, 'lanes') ?? [];
  const total = shoppers.reduce((sum, count) => sum + count, 0);
  return (
    <details className="floor-words" open={plan.zones.length <= openUpTo}>
      <summary>
        <span className="figures">{total}</span> {total === 1 ? 'shopper' : 'shoppers'} on the floor, zone by zone
      </summary>
      <ul className="floor-zones">
        {plan.zones.map((zone, index) => {
          const out = screens.filter((screen) => screen.zone === zone.id && isOut(screen.state)).length;
          const waiting = lanes
            .filter(({ till }) => plan.tills.find(({ id }) => id === till)?.zone === zone.id)
            .reduce((sum, lane) => sum + lane.waiting, 0);
          return (
            <li key={zone.id}>
              <a href={hashOfChosen({ kind: 'zone', id: zone.id })}>{zone.name}</a>
              <span className="figures">
                {shoppers[index]}
                {waiting > 0 && `, ${waiting} waiting to pay`}
                {out > 0 && `, ${out === 1 ? 'a screen is' : `${out} screens are`} dark`}
              </span>
            </li>
          );
        })}
      </ul>
    </details>
  );
}
