/** What needs a person, the most urgent first, each with what to do. On a good day it says that there is nothing. */
import './needs.css';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { ManagerNeed } from '@kairos/protocol/manager-events.ts';
import { toClockText } from '@kairos/protocol/time.ts';
import {
  BatteryLow,
  BellRing,
  Check,
  CircleSlash,
  ClipboardList,
  FileKey,
  HardDrive,
  MonitorOff,
  RadioTower,
  Server,
  Timer,
} from 'lucide-react';
import type { ReactElement } from 'react';
import { hashOfChosen } from '../floor/chosen.ts';
import { type ManagerLink, usePart } from '../link/manager-link.ts';
import { hashOf } from '../route.ts';
import { needWords } from '../words/need-words.ts';
import { useWords } from '../words/use-words.ts';

const signs: Readonly<Record<ManagerNeed['kind'], typeof BellRing>> = {
  store: Server,
  help: BellRing,
  task: ClipboardList,
  screen: MonitorOff,
  device: RadioTower,
  battery: BatteryLow,
  queue: Timer,
  certificate: FileKey,
  disk: HardDrive,
  refused: CircleSlash,
};

export interface NeedsListProps {
  readonly link: ManagerLink;
  readonly plan: FloorPlan;
}

export function NeedsList({ link, plan }: NeedsListProps): ReactElement {
  const needs = usePart(link, 'needs') ?? [];
  const timeZone = usePart(link, 'store')?.timeZone ?? 'UTC';
  const { say } = useWords();
  return (
    <section className="needs" aria-label={say('needs.title')} aria-live="polite">
      <h2 className="quiet-title">{say('needs.title')}</h2>
      {needs.length === 0 ? (
        <p className="needs-none">
          <Check aria-hidden size={20} strokeWidth={2.2} />
          {say('needs.none')}
        </p>
      ) : (
        <ul className="needs-rows">
          {needs.map((need) => (
            <Need key={need.id} need={need} plan={plan} timeZone={timeZone} />
          ))}
        </ul>
      )}
    </section>
  );
}

interface NeedProps {
  readonly need: ManagerNeed;
  readonly plan: FloorPlan;
  readonly timeZone: string;
}

function Need({ need, plan, timeZone }: NeedProps): ReactElement {
  const Sign = signs[need.kind];
  const talk = useWords();
  const place = placeOf(need, plan);
  const { says, advice } = needWords(need, plan, talk);
  const since = need.since === null ? null : toClockText(need.since, timeZone).slice(0, 5);
  return (
    <li className={`need ${need.isUrgent ? 'need-urgent' : ''}`}>
      <Sign aria-hidden size={20} strokeWidth={2.2} />
      <p className="need-says">
        {place ? <a href={place}>{says}</a> : says}
        {since !== null && <time className="figures"> {talk.say('needs.since', { time: since })}</time>}
      </p>
      <p className="need-advice">
        {advice}
        {need.detail !== '' && (
          <>
            {' '}
            {talk.say('needs.machine-said')}{' '}
            <q lang="en" dir="ltr">
              {need.detail}
            </q>
          </>
        )}
      </p>
    </li>
  );
}

/** Where to look at it. */
function placeOf({ kind, cart, zone }: ManagerNeed, plan: FloorPlan): string | null {
  if (kind === 'device' || kind === 'battery' || kind === 'queue') return hashOf('devices');
  if (cart !== null) return hashOfChosen({ kind: 'cart', id: cart });
  return plan.zones.some(({ id }) => id === zone) ? hashOfChosen({ kind: 'zone', id: zone as string }) : null;
}
