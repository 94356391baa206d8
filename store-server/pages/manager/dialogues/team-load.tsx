/** What the team was asked to do, and how long that waited: by role and by hour, never by person. */
import type { LoadFigures } from '@kairos/protocol/manager-figures.ts';
import type { ReactElement } from 'react';
import { duration } from '../figures/figure-words.ts';
import { NumbersTable } from '../figures/numbers-table.tsx';

export function TeamLoad({ load }: { readonly load: LoadFigures }): ReactElement {
  const { offered, claimed, done, unclaimed, claimP50Ms, claimP90Ms, byRole, byHour } = load;
  const wait = (ms: number | null): string => (ms === null ? '–' : duration(ms));
  return (
    <NumbersTable
      caption="The team’s load"
      head={['', 'Count']}
      rows={[
        { key: 'offered', cells: ['Tasks', offered] },
        { key: 'claimed', cells: ['Taken by somebody', claimed] },
        { key: 'done', cells: ['Done', done] },
        { key: 'unclaimed', cells: ['Nobody took it in time', unclaimed] },
        { key: 'p50', cells: ['Half were taken within', wait(claimP50Ms)] },
        { key: 'p90', cells: ['Nine of ten within', wait(claimP90Ms)] },
        ...byRole.map((one) => ({ key: `role ${one.role}`, cells: [`For ${one.role || 'anybody'}`, one.offered] })),
        ...byHour.map((one) => ({ key: `hour ${one.hour}`, cells: [`Asked from ${one.hour}:00`, one.offered] })),
      ]}
    />
  );
}
