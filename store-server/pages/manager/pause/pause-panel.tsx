/**
 * Pausing: everything, a channel or a dialogue, each with one button, at once and with an end. What is paused says who
 * set it and until when, and can go on before. Each press is one call to the store, whatever the line does.
 */
import './pause.css';
import type { ManagerPause } from '@kairos/protocol/manager-events.ts';
import { toClockText } from '@kairos/protocol/time.ts';
import { Button } from '@kairos/ui/button.tsx';
import { Pause, Play, X } from 'lucide-react';
import { type ReactElement, useRef, useState } from 'react';
import { type ManagerLink, usePart } from '../link/manager-link.ts';
import { liftPause, type PauseOf, setPause } from '../link/store-actions.ts';
import { channelWords } from '../words/decision-words.ts';

const lengths: readonly { readonly minutes: number; readonly words: string }[] = [
  { minutes: 15, words: '15 minutes' },
  { minutes: 60, words: '1 hour' },
  { minutes: 4 * 60, words: '4 hours' },
  { minutes: 24 * 60, words: '1 day' },
];

export interface PausePanelProps {
  readonly link: ManagerLink;
}

/** The button in the page's head, with what it opens. */
export function PausePanel({ link }: PausePanelProps): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  const [minutes, setMinutes] = useState(60);
  const [says, setSays] = useState<string | null>(null);
  const act = (deed: Promise<{ readonly kind: string; readonly says?: string }>): void => {
    setSays(null);
    deed.then(({ kind, says: why = '' }) => setSays(kind === 'done' ? null : why));
  };
  const rows = {
    link,
    onPause: (of: PauseOf) => act(setPause(of, minutes)),
    onLift: (of: PauseOf) => act(liftPause(of)),
  };
  return (
    <>
      <Button icon={<Pause />} onPress={() => dialog.current?.showModal()}>
        Pause
      </Button>
      <dialog ref={dialog} className="pause-sheet" aria-labelledby="pause-title">
        <div className="pause-head">
          <h2 id="pause-title">Pause</h2>
          <Button tone="quiet" label="Close" onPress={() => dialog.current?.close()}>
            <X aria-hidden size={18} />
          </Button>
        </div>
        <fieldset className="pause-lengths">
          <legend>For</legend>
          {lengths.map((length) => (
            <label key={length.minutes}>
              <input
                type="radio"
                name="pause-length"
                checked={length.minutes === minutes}
                onChange={() => setMinutes(length.minutes)}
              />
              {length.words}
            </label>
          ))}
        </fieldset>
        {says !== null && (
          <p className="pause-says" role="alert">
            {says} <a href="/sign-in/?next=/manager/">Sign in</a>
          </p>
        )}
        <PauseRows {...rows} />
      </dialog>
    </>
  );
}

interface PauseRowsProps extends PausePanelProps {
  readonly onPause: (of: PauseOf) => void;
  readonly onLift: (of: PauseOf) => void;
}

function PauseRows({ link, ...deeds }: PauseRowsProps): ReactElement {
  const pauses = usePart(link, 'pauses') ?? [];
  const dialogues = usePart(link, 'dialogues') ?? [];
  const timeZone = usePart(link, 'store')?.timeZone ?? 'UTC';
  const row = (of: PauseOf, title: string): ReactElement => {
    const set = pauses.find(({ what, name }) => what === of.what && name === (of.name ?? ''));
    return <PauseRow key={`${of.what}/${of.name}`} of={of} title={title} set={set} timeZone={timeZone} {...deeds} />;
  };
  return (
    <>
      <ul className="pause-rows">{row({ what: 'everything' }, 'Everything')}</ul>
      <h3 className="quiet-title">A channel</h3>
      <ul className="pause-rows">
        {Object.entries(channelWords).map(([name, words]) => row({ what: 'channel', name }, words))}
      </ul>
      <h3 className="quiet-title">A dialogue</h3>
      <ul className="pause-rows">{dialogues.map(({ name, title }) => row({ what: 'dialogue', name }, title))}</ul>
    </>
  );
}

interface PauseRowProps extends Omit<PauseRowsProps, 'link'> {
  readonly of: PauseOf;
  readonly title: string;
  readonly set: ManagerPause | undefined;
  readonly timeZone: string;
}

function PauseRow({ of, title, set, timeZone, onPause, onLift }: PauseRowProps): ReactElement {
  return (
    <li className="pause-row">
      <span>
        {title}
        {set && <span className="pause-until">{` ${untilWords(set, timeZone)}`}</span>}
      </span>
      {set ? (
        <Button icon={<Play />} label={`Go on: ${title}`} onPress={() => onLift(of)}>
          Go on
        </Button>
      ) : (
        <Button icon={<Pause />} label={`Pause: ${title}`} onPress={() => onPause(of)}>
          Pause
        </Button>
      )}
    </li>
  );
}

/** Below the head, as long as anything is paused: what, by whom, until when, and a button to go on. */
export function PauseBanner({ link }: PausePanelProps): ReactElement | null {
  const pauses = usePart(link, 'pauses') ?? [];
  const timeZone = usePart(link, 'store')?.timeZone ?? 'UTC';
  const [says, setSays] = useState<string | null>(null);
  if (pauses.length === 0) return null;
  return (
    <ul className="pause-banner" aria-label="Paused">
      {pauses.map((pause) => (
        <li key={`${pause.what}/${pause.name}`}>
          <Pause aria-hidden size={18} />
          <span>
            {thingWords(pause)} {untilWords(pause, timeZone)}
          </span>
          <Button
            tone="plain"
            label={`Go on: ${thingWords(pause)}`}
            onPress={() => {
              liftPause(pause).then((answer) => setSays(answer.kind === 'done' ? null : answer.says));
            }}
          >
            Go on
          </Button>
        </li>
      ))}
      {says !== null && <li role="alert">{says}</li>}
    </ul>
  );
}

function thingWords({ what, name, title }: ManagerPause): string {
  if (what === 'everything') return 'Everything is';
  if (what === 'dialogue') return `“${title}” is`;
  return `${channelWords[name as keyof typeof channelWords] ?? name}: nothing is said there,`;
}

function untilWords({ until, by }: ManagerPause, timeZone: string): string {
  return `paused by ${by}${until === null ? '' : ` until ${toClockText(until, timeZone).slice(0, 5)}`}`;
}
