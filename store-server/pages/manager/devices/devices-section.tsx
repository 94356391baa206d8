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
import { spanWords } from '../words/span-words.ts';
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
      <h2 className="section-title">{say('around.devices')}</h2>
      {found === null ? (
        <p>{say('asking')}</p>
      ) : typeof found === 'string' ? (
        <p>{say(found)}</p>
      ) : (
        <Answered {...found} timeZone={timeZone} />
      )}
      <Table title={say('devices.screens')} columns={screenColumns}>
        {screens.map(({ id, zone, state }) => (
          <tr key={`${zone}/${id}`} className={state === 'connected' ? '' : 'row-heed'}>
            <th scope="row">{id}</th>
            <td>{zone === null ? cartName(id, say) : (plan?.zones.find((one) => one.id === zone)?.name ?? zone)}</td>
            <td>{say(`screen.${state}`)}</td>
          </tr>
        ))}
      </Table>
    </div>
  );
}

const agentColumns = ['device', 'now', 'battery', 'version', 'waiting', 'oldest', 'heard'] as const;
const gatewayColumns = ['topic', 'make', 'messages', 'unused', 'heard'] as const;
const screenColumns = ['screen', 'where', 'now'] as const;

function Answered({ devices, gateways, hq, timeZone }: DevicesAnswer & { readonly timeZone: string }): ReactElement {
  const talk = useWords();
  const { say, number } = talk;
  return (
    <>
      <Table title={say('devices.agents')} columns={agentColumns}>
        {devices.map((row) => (
          <tr key={row.id} className={row.state === 'silent' || row.state === 'offline' ? 'row-heed' : ''}>
            <th scope="row">{row.id}</th>
            <td>{say(`state.${row.state}`)}</td>
            <td className="figures">
              {row.batteryPercent === null ? '–' : number(row.batteryPercent / 100, { style: 'percent' })}
            </td>
            <td>{row.version ?? '–'}</td>
            <td className="figures">{row.queueDepth === null ? '–' : number(row.queueDepth)}</td>
            <td className="figures">{row.queueDepth ? spanWords(row.queueOldestMs ?? 0, talk) : '–'}</td>
            <td className="figures">{row.lastHeard === null ? '–' : toClockText(row.lastHeard, timeZone)}</td>
          </tr>
        ))}
      </Table>
      <Table title={say('devices.gateways')} columns={gatewayColumns}>
        {gateways.map((row) => (
          <tr key={row.topic}>
            <th scope="row">{row.topic}</th>
            <td>{row.format}</td>
            <td className="figures">{number(row.messages)}</td>
            <td className="figures">{number(row.refused)}</td>
            <td className="figures">{say('devices.ago', { time: spanWords(row.lastMessageAgeMs, talk) })}</td>
          </tr>
        ))}
      </Table>
      <section>
        <h3>{say('devices.hq')}</h3>
        {hq.kind === 'none' ? (
          <p className="devices-none">{say('devices.hq-none')}</p>
        ) : (
          <p>
            {hq.lastAt === null
              ? say('devices.hq-never')
              : say('devices.hq-last', { time: toClockText(hq.lastAt, timeZone) })}{' '}
            {say('devices.hq-waiting', { count: hq.pending, refused: hq.refused })}{' '}
            {hq.toCome === null ? '' : say('devices.hq-to-come', { count: hq.toCome })}
          </p>
        )}
      </section>
    </>
  );
}

interface TableProps {
  readonly title: string;
  readonly columns: readonly (
    | (typeof agentColumns)[number]
    | (typeof gatewayColumns)[number]
    | (typeof screenColumns)[number]
  )[];
  readonly children: readonly ReactNode[];
}

function Table({ title, columns, children }: TableProps): ReactElement {
  const { say } = useWords();
  return (
    <div>
      <h3>{title}</h3>
      {children.length === 0 ? (
        <p className="devices-none">{say('devices.none')}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
        <section className="devices-scroll" tabIndex={0} aria-label={title}>
          <table>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column} scope="col">
                    {say(`devices.${column}`)}
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
