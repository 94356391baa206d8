/**
 * The page's frame: the store's name and the way around on top, one section below. The floor is where it begins; the
 * other sections take its place.
 */
import type { Ports } from '@kairos/protocol/ports.ts';
import { toClockText } from '@kairos/protocol/time.ts';
import { type ReactElement, useEffect, useState } from 'react';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { DevicesSection } from './devices/devices-section.tsx';
import { DialoguesSection } from './dialogues/dialogues-section.tsx';
import { EraseSection } from './erase/erase-section.tsx';
import { FloorSection } from './floor/floor-section.tsx';
import { type Line, type ManagerLink, usePart } from './link/manager-link.ts';
import { MediaSection } from './media/media-section.tsx';
import { PauseBanner, PausePanel } from './pause/pause-panel.tsx';
import { PeopleSection } from './people/people-section.tsx';
import { PlanSection } from './plan/plan-section.tsx';
import { hashOf, type Section, sections, useRoute } from './route.ts';
import { useTalk, useWords, WordsProvider } from './words/use-words.ts';

/** What every section is given. */
export interface SectionProps {
  readonly link: ManagerLink;
  readonly ports: Ports;
  /** What stands behind the section's name in the address. */
  readonly rest: readonly string[];
}

const parts: Readonly<Record<Section, (props: SectionProps) => ReactElement | null>> = {
  floor: FloorSection,
  dialogues: DialoguesSection,
  media: MediaSection,
  devices: DevicesSection,
  people: PeopleSection,
  erase: EraseSection,
  plan: PlanSection,
};

export interface ShellProps {
  readonly link: ManagerLink;
  readonly ports: Ports;
  /** The page's own language, whoever looks; null: hers. */
  readonly locale: string | null;
}

export function Shell({ link, ports, locale }: ShellProps): ReactElement {
  const talk = useTalk(link, locale);
  return (
    <I18nProvider locale={talk.locale}>
      <WordsProvider value={talk}>
        <Frame link={link} ports={ports} />
      </WordsProvider>
    </I18nProvider>
  );
}

interface FrameProps {
  readonly link: ManagerLink;
  readonly ports: Ports;
}

function Frame({ link, ports }: FrameProps): ReactElement {
  const { say } = useWords();
  const { section, rest } = useRoute();
  const line = usePart(link, 'line');
  const store = usePart(link, 'store');
  if (line === 'refused' || store === null) return <Before line={line} />;
  const Part = parts[section];
  return (
    <div className={`shell shell-${line}`}>
      <header className="head">
        <h1 dir="auto">{store.title}</h1>
        <nav className="around" aria-label={say('around.label')}>
          {sections.map((one) => (
            <a key={one} href={hashOf(one)} aria-current={one === section ? 'page' : undefined}>
              {say(`around.${one}`)}
            </a>
          ))}
        </nav>
        <div className="head-end">
          {line === 'lost' ? (
            <p className="lost" role="status">
              {say('line.lost')}
            </p>
          ) : (
            <StoreClock link={link} ports={ports} />
          )}
          <PausePanel link={link} />
        </div>
      </header>
      <PauseBanner link={link} />
      <main className={`section section-${section}`} key={section}>
        <Part link={link} ports={ports} rest={rest} />
      </main>
    </div>
  );
}

/** Nothing is known of the store yet, or nobody is signed in who may know. */
function Before({ line }: { readonly line: Line | null }): ReactElement {
  const { say } = useWords();
  return (
    <main className="before">
      {line === 'refused' ? (
        <p>
          {say('before.refused')} <a href="/sign-in/?next=/manager/">{say('sign-in')}</a>
        </p>
      ) : (
        <p>{say('before.waiting')}</p>
      )}
    </main>
  );
}

const minuteMs = 60_000;

/** The store's time of day, to the minute; looks again when the next one begins. */
function StoreClock({ link, ports }: FrameProps): ReactElement {
  const offset = usePart(link, 'clockOffsetMs') ?? 0;
  const timeZone = usePart(link, 'store')?.timeZone ?? 'UTC';
  const [, look] = useState(0);
  const now = ports.clock.now() + offset;
  useEffect(() => ports.timers.after(minuteMs - (now % minuteMs) + 1, () => look((times) => times + 1)));
  return <p className="clock figures">{toClockText(now, timeZone).slice(0, 5)}</p>;
}
