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
import type { WordKey } from '../words/languages.ts';
import { useWords } from '../words/use-words.ts';

const linesShown = 100;
const minuteMs = 60_000;

interface Found {
  readonly staff: StaffList['staff'];
  readonly lines: readonly AuditLine[];
}

export function PeopleSection({ link }: SectionProps): ReactElement {
  const [found, setFound] = useState<Found | WordKey | null>(null);
  const { say } = useWords();
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
        ? `${answer.body.code} for ${answer.body.name}: once, within ${Math.round(answer.body.lifeMs / minuteMs)} minutes, at /sign-in/.`
        : say(answer.says),
    );
    await look();
  };
  const signOut = async (badge: string, name: string): Promise<void> => {
    const answer = await ask('/api/staff/sign-outs', { method: 'POST', body: { badge } });
    setSaid(answer.kind === 'done' ? `${name} is signed out everywhere.` : say(answer.says));
    await look();
  };
  return (
    <div className="people">
      <h2 className="section-title">People</h2>
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
  if (staff.length === 0) return <p>Nobody may sign in: the store’s configuration names no list of staff.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
    <section className="people-scroll" tabIndex={0} aria-label="Staff">
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Badge</th>
            <th scope="col">Role</th>
            <th scope="col">Signed in</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {staff.map(({ badge, name, role, hasPin, sessions }) => (
            <tr key={badge}>
              <th scope="row">{name}</th>
              <td className="figures">{badge}</td>
              <td>{role}</td>
              <td>{hasPin ? devicesWords(sessions) : 'no PIN yet'}</td>
              <td className="people-deeds">
                <Button label={`Code for a PIN for ${name}`} onPress={() => onCode(badge)}>
                  Code for a PIN
                </Button>
                <Button
                  tone="quiet"
                  label={`Sign out ${name}`}
                  isDisabled={sessions === 0}
                  onPress={() => onSignOut(badge, name)}
                >
                  Sign out
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function devicesWords(sessions: number): string {
  if (sessions === 0) return 'no';
  return sessions === 1 ? 'on one device' : `on ${sessions} devices`;
}

/** Who asks there without a session (`staff-routes.ts`). */
const atMachine = 'this-machine';

function whenText(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'short', timeStyle: 'short', timeZone }).format(at);
}

const deedWords: Readonly<Record<string, string>> = {
  'sign-in': 'signed in',
  'sign-in.locked': 'was locked out for a while',
  'sign-out': 'signed out',
  'sign-out.everywhere': 'signed somebody out',
  'pin.set': 'set a PIN',
  'pin.code': 'gave a code for a PIN',
  'device.code': 'gave a code for a device',
  'device.revoked': 'ended a device',
};

function AuditTable({ lines, staff, timeZone }: Found & { readonly timeZone: string }): ReactElement {
  const names = new Map(staff.map(({ associate, name }) => [associate, name]));
  return (
    <>
      <div className="people-audit-head">
        <h3>What people did</h3>
        <a href="/api/audit.csv" download>
          All of it as CSV
        </a>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
      <section className="people-scroll" tabIndex={0} aria-label="What people did">
        <table>
          <thead>
            <tr>
              {['When', 'Who', 'Did', 'To', 'From'].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map(({ id, at, associate, deed, subject, from }) => (
              <tr key={id}>
                <td className="figures">
                  <time dateTime={toIso(at)}>{whenText(at, timeZone)}</time>
                </td>
                <th scope="row">
                  {names.get(associate) ?? (associate === atMachine ? 'At the store’s machine' : associate)}
                </th>
                <td>{deedWords[deed] ?? deed}</td>
                <td>{subject}</td>
                <td className="figures">{from}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
