/** What the team was asked to do, and how long that waited: by role and by hour, never by person. */
import type { LoadFigures } from '@kairos/protocol/manager-figures.ts';
import type { ReactElement } from 'react';
import { NumbersTable } from '../figures/numbers-table.tsx';
import { roleWords } from '../words/role-words.ts';
import { spanWords } from '../words/span-words.ts';
import { useWords } from '../words/use-words.ts';

export function TeamLoad({ load }: { readonly load: LoadFigures }): ReactElement {
  const { offered, claimed, done, unclaimed, claimP50Ms, claimP90Ms, byRole, byHour } = load;
  const talk = useWords();
  const { say } = talk;
  const wait = (ms: number | null): string => (ms === null ? '–' : spanWords(ms, talk));
  return (
    <NumbersTable
      caption={say('load.caption')}
      head={['', say('figures.count')]}
      rows={[
        { key: 'offered', cells: [say('load.offered'), offered] },
        { key: 'claimed', cells: [say('load.claimed'), claimed] },
        { key: 'done', cells: [say('load.done'), done] },
        { key: 'unclaimed', cells: [say('load.unclaimed'), unclaimed] },
        { key: 'p50', cells: [say('load.p50'), wait(claimP50Ms)] },
        { key: 'p90', cells: [say('load.p90'), wait(claimP90Ms)] },
        ...byRole.map((one) => ({
          key: `role ${one.role}`,
          cells: [
            one.role === '' ? say('load.for-anybody') : say('load.for', { role: roleWords(one.role, say) }),
            one.offered,
          ],
        })),
        ...byHour.map((one) => ({
          key: `hour ${one.hour}`,
          cells: [say('load.from', { time: `${one.hour}:00` }), one.offered],
        })),
      ]}
    />
  );
}
