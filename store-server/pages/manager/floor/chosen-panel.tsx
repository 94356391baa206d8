/** What is looked at on the floor: a zone with who is in it, or a cart with what it is doing. */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import { Button } from '@kairos/ui/button.tsx';
import { X } from 'lucide-react';
import type { ReactElement } from 'react';
import { type ManagerLink, usePart } from '../link/manager-link.ts';
import { cartName, doingWords } from '../words/cart-words.ts';
import { useWords } from '../words/use-words.ts';
import { type Chosen, hashOfChosen } from './chosen.ts';
import { shoppersIn } from './ground-painter.ts';
import { useFloor } from './use-floor.ts';

export interface ChosenPanelProps {
  readonly link: ManagerLink;
  readonly ports: Ports;
  readonly plan: FloorPlan;
  readonly chosen: Chosen;
}

export function ChosenPanel(props: ChosenPanelProps): ReactElement {
  const { chosen, plan } = props;
  const { say } = useWords();
  const title =
    chosen.kind === 'cart'
      ? cartName(chosen.id, say)
      : (plan.zones.find(({ id }) => id === chosen.id)?.name ?? chosen.id);
  return (
    <section className="chosen" aria-label={title}>
      <header className="chosen-head">
        <h2>{title}</h2>
        <Button tone="quiet" label={say('chosen.back')} onPress={() => (location.hash = hashOfChosen(null))}>
          <X aria-hidden size={18} />
        </Button>
      </header>
      {chosen.kind === 'zone' ? <ZoneFacts {...props} /> : <CartFacts {...props} />}
    </section>
  );
}

function ZoneFacts({ link, ports, plan, chosen }: ChosenPanelProps): ReactElement {
  const index = plan.zones.findIndex(({ id }) => id === chosen.id);
  const floor = useFloor(link, ports.timers);
  const shoppers = shoppersIn(plan, floor)[index] ?? 0;
  const carts = usePart(link, 'carts') ?? [];
  const { say } = useWords();
  const screens = (usePart(link, 'screens') ?? []).filter(({ zone }) => zone === chosen.id);
  const lanes = (usePart(link, 'lanes') ?? []).filter(({ till }) =>
    plan.tills.some(({ id, zone }) => id === till && zone === chosen.id),
  );
  const here = floor.flatMap(([place, zone, doing]) => (zone === index && doing > 0 ? [carts[place] as string] : []));
  return (
    <dl className="facts">
      <Fact name={say('chosen.shoppers')}>{shoppers}</Fact>
      {here.length > 0 && here.length <= 12 && (
        <Fact name={say('chosen.carts')}>{here.map((cart) => cartName(cart, say)).join(', ')}</Fact>
      )}
      {lanes.map(({ till, waiting }) => (
        <Fact key={till} name={till}>
          {waiting === 0 ? say('chosen.nobody-waits') : say('chosen.waiting', { count: waiting })}
        </Fact>
      ))}
      {screens.map(({ id, state }) => (
        <Fact key={id} name={id}>
          {say(`screen.${state}`)}
        </Fact>
      ))}
    </dl>
  );
}

function CartFacts({ link, ports, plan, chosen }: ChosenPanelProps): ReactElement {
  const { say } = useWords();
  const place = (usePart(link, 'carts') ?? []).indexOf(chosen.id);
  const [, zone = -1, doing = 0] = useFloor(link, ports.timers).find(([one]) => one === place) ?? [];
  const screen = (usePart(link, 'screens') ?? []).find(({ id, zone: above }) => id === chosen.id && above === null);
  return (
    <>
      <dl className="facts">
        <Fact name={say('chosen.now')}>{say(doingWords[doing] ?? 'doing.free')}</Fact>
        <Fact name={say('chosen.zone')}>{plan.zones[zone]?.name ?? say('chosen.no-zone')}</Fact>
        {screen && <Fact name={say('chosen.screen')}>{say(`screen.${screen.state}`)}</Fact>}
      </dl>
      <a className="look-over" href={`/cart/?cart=${chosen.id}&watch=1`} target="_blank" rel="noreferrer">
        {say('chosen.look')}
      </a>
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }): ReactElement {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="figures">{children}</dd>
    </div>
  );
}
