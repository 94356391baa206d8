/**
 * People: who may sign in, a code for somebody's PIN, the end of her sessions, and what people did. Asked of the store
 * when it is opened and after each deed; a code is shown once, to whoever asked for it.
 */
import './people.css';
import { toIso } from '@kairos/protocol/time.ts';
import { Button } from '@kairos/ui/button.tsx';
import { type ReactElement, useCallback, useEffect, useState } from 'react';
import type { AuditLine } from '../../../staff/audit-log.ts';
import type { PinCodeAnswer, StaffList } from '../../../staff/staff-routes.ts';
import { usePart } from '../link/manager-link.ts';
import { ask } from '../link/store-actions.ts';
import type { SectionProps } from '../shell.tsx';
import type { Say, WordKey } from '../words/languages.ts';
import { roleWords } from '../words/role-words.ts';
import { useWords } from '../words/use-words.ts';
import { whenText } from '../words/when-text.ts';

const linesShown = 100;
const minuteMs = 60_000;

interface Found {
  readonly staff: StaffList['staff'];
  readonly lines: readonly AuditLine[];
}

export function PeopleSection({ link }: SectionProps): ReactElement {
  const [found, setFound] = useState<Found | WordKey | null>(null);
  const { say, number } = useWords();
  const [said, setSaid] = useState<string | null>(null);
  const timeZone = usePart(link, 'store')?.timeZone ?? 'UTC';
  const look = useCallback(async (): Promise<void> => {
    const [list, audit] = await Promise.all([
      ask<StaffList>('/api/staff'),
      ask<{ lines: AuditLine[] }>(`/api/audit?limit=${linesShown}`),
    ]);
    if (list.kind !== 'done') setFound(list.says);
    else if (audit.kind !== 'done') setFound(audit.says);
    else setFound({ staff: list.body.staff, lines: audit.body.lines });
  }, []);
  useEffect(() => {
    void look();
  }, [look]);

  const giveCode = async (badge: string): Promise<void> => {
    const answer = await ask<PinCodeAnswer>('/api/staff/codes', { method: 'POST', body: { badge } });
    setSaid(
      answer.kind === 'done'
        ? say('people.given', {
            code: answer.body.code,
            name: answer.body.name,
            time: number(Math.round(answer.body.lifeMs / minuteMs), {
              ...{ style: 'unit', unit: 'minute', unitDisplay: 'long' },
            }),
          })
        : say(answer.says),
    );
    await look();
  };
  const signOut = async (badge: string, name: string): Promise<void> => {
    const answer = await ask('/api/staff/sign-outs', { method: 'POST', body: { badge } });
    setSaid(answer.kind === 'done' ? say('people.signed-out', { name }) : say(answer.says));
    await look();
  };
  return (
    <div className="people">
      <h2 className="section-title">{say('around.people')}</h2>
      <p className="people-said" role="status">
        {said}
      </p>
      {found === null || typeof found === 'string' ? (
        <p>{say(found ?? 'asking')}</p>
      ) : (
        <>
          <StaffTable staff={found.staff} onCode={giveCode} onSignOut={signOut} />
          <AuditTable lines={found.lines} staff={found.staff} timeZone={timeZone} />
        </>
      )}
    </div>
  );
}

interface StaffTableProps {
  readonly staff: Found['staff'];
  readonly onCode: (badge: string) => void;
  readonly onSignOut: (badge: string, name: string) => void;
}

function StaffTable({ staff, onCode, onSignOut }: StaffTableProps): ReactElement {
  const { say } = useWords();
  if (staff.length === 0) return <p>{say('people.nobody')}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
    <section className="people-scroll" tabIndex={0} aria-label={say('people.staff')}>
      <table>
        <thead>
          <tr>
            {(['name', 'badge', 'role', 'signed-in'] as const).map((column) => (
              <th key={column} scope="col">
                {say(`people.${column}`)}
              </th>
            ))}
            <td />
          </tr>
        </thead>
        <tbody>
          {staff.map(({ badge, name, role, hasPin, sessions }) => (
            <tr key={badge}>
              <th scope="row">{name}</th>
              <td className="figures">{badge}</td>
              <td>{roleWords(role, say)}</td>
              <td>{signedInWords({ hasPin, sessions }, say)}</td>
              <td className="people-deeds">
                <Button label={say('people.code-for', { name })} onPress={() => onCode(badge)}>
                  {say('people.code')}
                </Button>
                <Button
                  tone="quiet"
                  label={say('people.sign-out-who', { name })}
                  isDisabled={sessions === 0}
                  onPress={() => onSignOut(badge, name)}
                >
                  {say('people.sign-out')}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function signedInWords({ hasPin, sessions }: { hasPin: boolean; sessions: number }, say: Say): string {
  if (!hasPin) return say('people.no-pin');
  return sessions === 0 ? say('people.on-none') : say('people.on-devices', { count: sessions });
}

/** Who asks there without a session (`staff-routes.ts`). */
const atMachine = 'this-machine';

/** What is done is named by the store; what this page does not know yet stands as it is. */
const deeds = [
  'sign-in',
  'sign-in.locked',
  'sign-out',
  'sign-out.everywhere',
  'pin.set',
  'pin.code',
  'device.code',
  'device.revoked',
  'pause.set',
  'pause.lifted',
  'floor-plan.saved',
  'customer.erased',
] as const;

function deedWords(deed: string, say: Say): string {
  const known = deeds.find((one) => one === deed);
  return known === undefined ? deed : say(`deed.${known}`);
}

function AuditTable({ lines, staff, timeZone }: Found & { readonly timeZone: string }): ReactElement {
  const talk = useWords();
  const { say } = talk;
  const names = new Map(staff.map(({ associate, name }) => [associate, name]));
  return (
    <>
      <div className="people-audit-head">
        <h3>{say('audit.title')}</h3>
        <a href="/api/audit.csv" download>
          {say('audit.file')}
        </a>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
      <section className="people-scroll" tabIndex={0} aria-label={say('audit.title')}>
        <table>
          <thead>
            <tr>
              {(['when', 'who', 'did', 'to', 'from'] as const).map((column) => (
                <th key={column} scope="col">
                  {say(`audit.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map(({ id, at, associate, deed, subject, from }) => (
              <tr key={id}>
                <td className="figures">
                  <time dateTime={toIso(at)}>{whenText(at, timeZone, talk)}</time>
                </td>
                <th scope="row">
                  {names.get(associate) ?? (associate === atMachine ? say('audit.at-machine') : associate)}
                </th>
                <td>{deedWords(deed, say)}</td>
                <td>
                  <bdi>{subject}</bdi>
                </td>
                <td className="figures">{from}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
