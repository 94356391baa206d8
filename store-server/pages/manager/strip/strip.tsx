/** The day in a strip below the floor: one figure a cell, the largest thing about it its value. */
import './strip.css';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { ReactElement } from 'react';
import { useFloor } from '../floor/use-floor.ts';
import { type ManagerLink, usePart } from '../link/manager-link.ts';
import { spanWords } from '../words/span-words.ts';
import { useWords } from '../words/use-words.ts';
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
  const talk = useWords();
  const { say, number } = talk;
  return (
    <dl className="strip" aria-label={say('strip.label')}>
      <Cell words={say('strip.shopping')}>{number(shopping)}</Cell>
      <DayCells ports={ports} />
      <Cell words={say('strip.latency')}>
        {latency === null ? '–' : `${spanWords(latency.p50, talk)}, ${spanWords(latency.p99, talk)}`}
      </Cell>
      <Cell words={say('strip.facts')}>
        {number(pulse?.factsPerSecond ?? 0, { minimumFractionDigits: 1, maximumFractionDigits: 1 })}
      </Cell>
    </dl>
  );
}
