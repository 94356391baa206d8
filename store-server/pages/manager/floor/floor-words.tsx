/** The floor in words, for those who read rather than look, and for a narrow glass: each zone, and what goes on in it. */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import { memo, type ReactElement, useState } from 'react';
import { type ManagerLink, usePart } from '../link/manager-link.ts';
import { useWords } from '../words/use-words.ts';
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
  const { say, number } = useWords();
  const [isOpen, setOpen] = useState(plan.zones.length <= openUpTo);
  const total = shoppers.reduce((sum, count) => sum + count, 0);
  return (
    <details className="floor-words" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span className="figures">{number(total)}</span> {say('floor.shoppers', { count: total })}
      </summary>
      {/* Five hundred lines that nobody reads would be worked out twice a second. */}
      {isOpen && <ZoneLines link={link} plan={plan} shoppers={shoppers} />}
    </details>
  );
}

interface ZoneLinesProps {
  readonly link: ManagerLink;
  readonly plan: FloorPlan;
  /** In the plan's order. */
  readonly shoppers: readonly number[];
}

function ZoneLines({ link, plan, shoppers }: ZoneLinesProps): ReactElement {
  const screens = usePart(link, 'screens') ?? [];
  const lanes = usePart(link, 'lanes') ?? [];
  const associates = usePart(link, 'associates') ?? [];
  const atWork = sums(associates.map(({ zone }) => [zone, 1]));
  const out = sums(screens.map(({ zone, state }) => [zone, isOut(state) ? 1 : 0]));
  const zoneOfTill = new Map(plan.tills.map(({ id, zone }) => [id, zone]));
  const waiting = sums(lanes.map((lane) => [zoneOfTill.get(lane.till) ?? null, lane.waiting]));
  return (
    <ul className="floor-zones">
      {plan.zones.map(({ id, name }, index) => (
        <ZoneLine
          key={id}
          id={id}
          name={name}
          shoppers={shoppers[index] ?? 0}
          waiting={waiting.get(id) ?? 0}
          out={out.get(id) ?? 0}
          atWork={atWork.get(id) ?? 0}
        />
      ))}
    </ul>
  );
}

/** By zone. */
function sums(counts: readonly (readonly [zone: string | null, count: number])[]): Map<string, number> {
  const byZone = new Map<string, number>();
  for (const [zone, count] of counts) if (zone !== null) byZone.set(zone, (byZone.get(zone) ?? 0) + count);
  return byZone;
}

interface ZoneLineProps {
  readonly id: string;
  readonly name: string;
  readonly shoppers: number;
  /** To pay. */
  readonly waiting: number;
  /** Screens that nobody can read. */
  readonly out: number;
  /** Associates with a task there. */
  readonly atWork: number;
}

const ZoneLine = memo(function ZoneLine(props: ZoneLineProps): ReactElement {
  const { id, name, shoppers, waiting, out, atWork } = props;
  const { say, number } = useWords();
  const said = [
    number(shoppers),
    atWork > 0 ? say('floor.at-work', { count: atWork }) : '',
    waiting > 0 ? say('floor.waiting', { count: waiting }) : '',
    out > 0 ? say('floor.dark', { count: out }) : '',
  ].filter(Boolean);
  return (
    <li>
      <a href={hashOfChosen({ kind: 'zone', id })}>
        <bdi>{name}</bdi>
      </a>
      <span className="figures">{said.join(' · ')}</span>
    </li>
  );
});
