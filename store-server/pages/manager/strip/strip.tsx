/** The day in a strip below the floor: one figure a cell, the largest thing about it its value. */
import './strip.css';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { ReactElement } from 'react';
import { useFloor } from '../floor/use-floor.ts';
import { type ManagerLink, usePart } from '../link/manager-link.ts';
import { DayCells } from './day-cells.tsx';
import { Cell } from './strip-cell.tsx';

export interface StripProps {
  readonly link: ManagerLink;
  readonly ports: Ports;
}

export function Strip({ link, ports }: StripProps): ReactElement {
  const shopping = useFloor(link, ports.timers).filter(([, , doing]) => doing > 0).length;
  const pulse = usePart(link, 'pulse');
  const latency = pulse?.latency ?? null;
  return (
    <dl className="strip" aria-label="The day so far">
      <Cell words="shopping now">{shopping}</Cell>
      <DayCells ports={ports} />
      <Cell words="event to paint, p50 and p99">
        {latency === null ? '–' : `${milliseconds(latency.p50)}, ${milliseconds(latency.p99)}`}
      </Cell>
      <Cell words="facts a second">{(pulse?.factsPerSecond ?? 0).toFixed(1)}</Cell>
    </dl>
  );
}

function milliseconds(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
