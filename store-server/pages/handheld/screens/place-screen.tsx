/** Where she is, by a tap on the map: so that the nearest is asked. It is forgotten with the next task. */
import { Button } from '@kairos/ui/button.tsx';
import { FloorPlanMap } from '@kairos/ui/floor-plan-map.tsx';
import type { ReactElement } from 'react';
import { usePage } from './page-context.ts';

export function PlaceScreen({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { page, state, say } = usePage();
  const { plan, view } = state;
  const choose = (zone: string | null): void => {
    void page.setPlace(zone);
    onClose();
  };
  return (
    <section className="sheet">
      <h1>{say('place.title')}</h1>
      <div className="place-map">
        {plan && (
          <FloorPlanMap
            plan={plan}
            label={say('place.title')}
            nameSize={Math.max(plan.width, plan.height) / 22}
            zoneClass={({ id }) => (id === view?.me.zone ? 'zone-here' : undefined)}
            onZone={({ id }) => choose(id)}
          />
        )}
      </div>
      <footer className="task-answers">
        <Button className="answer" tone="plain" isDisabled={!page.isInReach} onPress={() => choose(null)}>
          {say('place.forget')}
        </Button>
        <Button className="answer" tone="quiet" onPress={onClose}>
          {say('form.back')}
        </Button>
      </footer>
    </section>
  );
}
