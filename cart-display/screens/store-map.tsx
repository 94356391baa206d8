/** The store's map where the store has sent one: where she is, and the way to where a message points. */

import { findWay } from '@kairos/protocol/way.ts';
import { Button } from '@kairos/ui/button.tsx';
import { FloorPlanMap, PlanDot, path, zoneCentre } from '@kairos/ui/floor-plan-map.tsx';
import { ArrowLeft } from 'lucide-react';
import { memo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { PageState } from '../view/page-state.ts';

/** Names are read at 65 cm on a map of a third of the screen: this many of them would fill its longer side. */
const nameShare = 21;

interface StoreMapProps extends Pick<PageState, 'plan'> {
  /** Where she is. */
  readonly zone: string | null;
  /** The zone a way leads to; null while she only sees where she is. */
  readonly goal: string | null;
  readonly onBack: (() => void) | null;
  readonly isFromMessage?: boolean;
}

export const StoreMap = memo(PlainStoreMap);

function PlainStoreMap({ plan, zone, goal, onBack, isFromMessage = false }: StoreMapProps): ReactElement | null {
  const { t } = useTranslation();
  const here = plan?.zones.find(({ id }) => id === zone);
  const there = plan?.zones.find((zone) => zone.id === goal);
  if (!plan) return null;
  const way = here && there ? findWay(plan, here.id, there.id) : [];
  const at = here && zoneCentre(plan, here.id);
  return (
    <figure className={way.length > 1 ? 'store-map store-map-way' : 'store-map'}>
      <figcaption className={there ? 'way-to' : undefined}>
        {there ? t('map.to', { zone: there.name }) : here && t('here.at', { zone: here.name })}
      </figcaption>
      <FloorPlanMap
        plan={plan}
        nameSize={Math.max(plan.width, plan.height) / nameShare}
        raisesName={(zone) => zone.id === here?.id || zone.id === goal}
        label={there ? t('map.way', { zone: there.name }) : t('map.label')}
        underlay={way.length > 1 && <path className="way" d={path(way, false)} />}
        zoneClass={(zone) => (zone.id === goal ? 'zone-goal' : zone.id === here?.id ? 'zone-here' : undefined)}
      >
        {at && <PlanDot plan={plan} at={way[0] ?? at} size={0.9} />}
        {way.length > 1 && <PlanDot plan={plan} at={way.at(-1) ?? [0, 0]} size={0.9} className="way-goal" />}
      </FloorPlanMap>
      {onBack && (
        <Button tone="quiet" icon={<ArrowLeft className="turns" />} onPress={onBack}>
          {isFromMessage ? t('message.back') : t('login.back')}
        </Button>
      )}
    </figure>
  );
}
