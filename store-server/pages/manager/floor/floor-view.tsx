/**
 * The floor as a picture: the plan drawn once, what moves on canvases over it. Press a cart or a zone to look at it;
 * for those who cannot press a picture, `floor-words.tsx` says the same in words.
 */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import { FloorPlanMap } from '@kairos/ui/floor-plan-map.tsx';
import { type CSSProperties, type MouseEvent, memo, type ReactElement, useEffect, useRef } from 'react';
import type { ManagerLink } from '../link/manager-link.ts';
import { useWords } from '../words/use-words.ts';
import { type Chosen, hashOfChosen } from './chosen.ts';
import { FloorStage } from './floor-stage.ts';
import { planMargin } from './plan-scale.ts';

export interface FloorViewProps {
  readonly link: ManagerLink;
  readonly ports: Ports;
  readonly plan: FloorPlan;
  readonly carts: readonly string[];
  readonly chosen: Chosen | null;
}

export function FloorView({ link, ports, plan, carts, chosen }: FloorViewProps): ReactElement {
  const host = useRef<HTMLButtonElement>(null);
  const ground = useRef<HTMLCanvasElement>(null);
  const dots = useRef<HTMLCanvasElement>(null);
  const stage = useRef<FloorStage | null>(null);
  useEffect(() => {
    if (!host.current || !ground.current || !dots.current) return;
    const opened = new FloorStage({
      host: host.current,
      ground: ground.current,
      carts: dots.current,
      link,
      plan,
      names: carts,
      clock: ports.clock,
    });
    stage.current = opened;
    return () => opened.close();
  }, [link, ports, plan, carts]);
  useEffect(() => stage.current?.choose(chosen), [chosen]);
  const press = (event: MouseEvent<HTMLElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const found = stage.current?.at(event.clientX - box.left, event.clientY - box.top) ?? null;
    const isSame = found?.kind === chosen?.kind && found?.id === chosen?.id;
    location.hash = hashOfChosen(isSame ? null : found);
  };
  return (
    <div className="floor-frame" style={{ '--plan-ratio': plan.width / plan.height } as CSSProperties}>
      {/* A picture that is pressed by pointer; the keyboard has the list of zones. */}
      <button ref={host} type="button" className="floor-picture" tabIndex={-1} aria-hidden="true" onClick={press}>
        <Ground plan={plan} />
        <canvas ref={ground} className="floor-layer" />
        <canvas ref={dots} className="floor-layer" />
      </button>
    </div>
  );
}

/** Five hundred zones are drawn once. */
const Ground = memo(function Ground({ plan }: { readonly plan: FloorPlan }): ReactElement {
  const { say } = useWords();
  return <FloorPlanMap plan={plan} label={say('floor.picture', { name: plan.name })} margin={planMargin} />;
});
