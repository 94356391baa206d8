/**
 * Devices: what each last said of itself, gateways, screens, and the line to headquarters. Asked of the store while it is
 * looked at, and not otherwise.
 */
import './devices.css';
import { toClockText } from '@kairos/protocol/time.ts';
import { type ReactElement, type ReactNode, useEffect, useState } from 'react';
import type { DevicesAnswer } from '../../../manager/manager-routes.ts';
import { usePart } from '../link/manager-link.ts';
import { ask } from '../link/store-actions.ts';
import type { SectionProps } from '../shell.tsx';
import { cartName } from '../words/cart-words.ts';
import type { WordKey } from '../words/languages.ts';
import { screenWords } from '../words/screen-words.ts';
import { useWords } from '../words/use-words.ts';

const askEveryMs = 5_000;

export function DevicesSection({ link, ports }: SectionProps): ReactElement {
  const [found, setFound] = useState<DevicesAnswer | WordKey | null>(null);
  const { say } = useWords();
  const timeZone = usePart(link, 'store')?.timeZone ?? 'UTC';
  const screens = usePart(link, 'screens') ?? [];
  const plan = usePart(link, 'plan');
  useEffect(() => {
    let cancel = (): void => undefined;
    let isWanted = true;
    const look = (): void => {
      ask<DevicesAnswer>('/api/manager/devices').then((answer) => {
        if (!isWanted) return;
        setFound(answer.kind === 'done' ? answer.body : answer.says);
        cancel = ports.timers.after(askEveryMs, look);
      });
    };
    look();
    return () => {
      isWanted = false;
      cancel();
    };
  }, [ports]);
  return (
    <div className="devices">
      <h2 className="section-title">Devices</h2>
      {found === null ? (
        <p>{say('asking')}</p>
      ) : typeof found === 'string' ? (
        <p>{say(found)}</p>
      ) : (
        <Answered {...found} timeZone={timeZone} />
      )}
      <Table title="Screens" head={['Screen', 'Where', 'Now']}>
        {screens.map(({ id, zone, state }) => (
          <tr key={`${zone}/${id}`} className={state === 'connected' ? '' : 'row-heed'}>
            <th scope="row">{id}</th>
            <td>{zone === null ? cartName(id) : (plan?.zones.find((one) => one.id === zone)?.name ?? zone)}</td>
            <td>{screenWords[state]}</td>
          </tr>
        ))}
      </Table>
    </div>
  );
}

const stateWords: Readonly<Record<DevicesAnswer['devices'][number]['state'], string>> = {
  online: 'well',
  silent: 'silent',
  offline: 'gone',
  unheard: 'not heard yet',
};

function Answered({ devices, gateways, hq, timeZone }: DevicesAnswer & { readonly timeZone: string }): ReactElement {
  return (
    <>
      <Table title="Agents" head={['Device', 'Now', 'Battery', 'Version', 'Waiting', 'Oldest', 'Last heard']}>
        {devices.map((row) => (
          <tr key={row.id} className={row.state === 'silent' || row.state === 'offline' ? 'row-heed' : ''}>
            <th scope="row">{row.id}</th>
            <td>{stateWords[row.state]}</td>
            <td className="figures">{row.batteryPercent === null ? '–' : `${row.batteryPercent} %`}</td>
            <td>{row.version ?? '–'}</td>
            <td className="figures">{row.queueDepth ?? '–'}</td>
            <td className="figures">{row.queueDepth ? spanWords(row.queueOldestMs ?? 0) : '–'}</td>
            <td className="figures">{row.lastHeard === null ? '–' : toClockText(row.lastHeard, timeZone)}</td>
          </tr>
        ))}
      </Table>
      <Table title="Gateways" head={['Topic', 'Make', 'Messages', 'Not used', 'Last heard']}>
        {gateways.map((row) => (
          <tr key={row.topic}>
            <th scope="row">{row.topic}</th>
            <td>{row.format}</td>
            <td className="figures">{row.messages}</td>
            <td className="figures">{row.refused}</td>
            <td className="figures">{spanWords(row.lastMessageAgeMs)} ago</td>
          </tr>
        ))}
      </Table>
      <section>
        <h3>Headquarters</h3>
        {hq.kind === 'none' ? (
          <p className="devices-none">No headquarters configured: everything stays in this store.</p>
        ) : (
          <p>
            {hq.lastAt === null ? 'Nothing exchanged yet' : `Last exchanged at ${toClockText(hq.lastAt, timeZone)}`},{' '}
            {hq.pending} facts wait to go up, {hq.refused} were refused.{' '}
            {hq.toCome === null ? '' : `${hq.toCome} customers are still to come down.`}
          </p>
        )}
      </section>
    </>
  );
}

interface TableProps {
  readonly title: string;
  readonly head: readonly string[];
  readonly children: readonly ReactNode[];
}

function Table({ title, head, children }: TableProps): ReactElement {
  return (
    <div>
      <h3>{title}</h3>
      {children.length === 0 ? (
        <p className="devices-none">None in this store.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
        <section className="devices-scroll" tabIndex={0} aria-label={title}>
          <table>
            <thead>
              <tr>
                {head.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>{children}</tbody>
          </table>
        </section>
      )}
    </div>
  );
}

function spanWords(ms: number): string {
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
}
