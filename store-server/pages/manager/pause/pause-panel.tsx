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
import { type Answer, liftPause, type PauseOf, setPause } from '../link/store-actions.ts';
import { channels } from '../words/channels.ts';
import type { Say, WordKey } from '../words/languages.ts';
import { useWords } from '../words/use-words.ts';

const lengths: readonly {
  readonly minutes: number;
  readonly unit: 'minute' | 'hour' | 'day';
  readonly count: number;
}[] = [
  { minutes: 15, unit: 'minute', count: 15 },
  { minutes: 60, unit: 'hour', count: 1 },
  { minutes: 4 * 60, unit: 'hour', count: 4 },
  { minutes: 24 * 60, unit: 'day', count: 1 },
];

export interface PausePanelProps {
  readonly link: ManagerLink;
}

/** The button in the page's head, with what it opens. */
export function PausePanel({ link }: PausePanelProps): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  const [minutes, setMinutes] = useState(60);
  const [says, setSays] = useState<WordKey | null>(null);
  const { say, number } = useWords();
  const act = (deed: Promise<Answer<object>>): void => {
    setSays(null);
    deed.then((answer) => setSays(answer.kind === 'done' ? null : answer.says));
  };
  const rows = {
    link,
    onPause: (of: PauseOf) => act(setPause(of, minutes)),
    onLift: (of: PauseOf) => act(liftPause(of)),
  };
  return (
    <>
      <Button icon={<Pause />} onPress={() => dialog.current?.showModal()}>
        {say('pause.title')}
      </Button>
      <dialog ref={dialog} className="pause-sheet" aria-labelledby="pause-title">
        <div className="pause-head">
          <h2 id="pause-title">{say('pause.title')}</h2>
          <Button tone="quiet" label={say('pause.close')} onPress={() => dialog.current?.close()}>
            <X aria-hidden size={18} />
          </Button>
        </div>
        <fieldset className="pause-lengths">
          <legend>{say('pause.for')}</legend>
          {lengths.map((length) => (
            <label key={length.minutes}>
              <input
                type="radio"
                name="pause-length"
                checked={length.minutes === minutes}
                onChange={() => setMinutes(length.minutes)}
              />
              {number(length.count, { style: 'unit', unit: length.unit, unitDisplay: 'long' })}
            </label>
          ))}
        </fieldset>
        {says !== null && (
          <p className="pause-says" role="alert">
            {say(says)} <a href="/sign-in/?next=/manager/">{say('sign-in')}</a>
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
  const { say } = useWords();
  const row = (of: PauseOf, title: string): ReactElement => {
    const set = pauses.find(({ what, name }) => what === of.what && name === (of.name ?? ''));
    return <PauseRow key={`${of.what}/${of.name}`} of={of} title={title} set={set} timeZone={timeZone} {...deeds} />;
  };
  return (
    <>
      <ul className="pause-rows">{row({ what: 'everything' }, say('pause.everything'))}</ul>
      <h3 className="quiet-title">{say('pause.a-channel')}</h3>
      <ul className="pause-rows">{channels.map((name) => row({ what: 'channel', name }, say(`channel.${name}`)))}</ul>
      <h3 className="quiet-title">{say('pause.a-dialogue')}</h3>
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
  const { say } = useWords();
  return (
    <li className="pause-row">
      <span>
        <bdi>{title}</bdi>
        {set && <span className="pause-until">{` ${untilWords(set, timeZone, say)}`}</span>}
      </span>
      {set ? (
        <Button icon={<Play />} label={say('pause.lift-thing', { thing: title })} onPress={() => onLift(of)}>
          {say('pause.lift')}
        </Button>
      ) : (
        <Button icon={<Pause />} label={say('pause.do-thing', { thing: title })} onPress={() => onPause(of)}>
          {say('pause.do')}
        </Button>
      )}
    </li>
  );
}

/** Below the head, as long as anything is paused: what, by whom, until when, and a button to go on. */
export function PauseBanner({ link }: PausePanelProps): ReactElement | null {
  const pauses = usePart(link, 'pauses') ?? [];
  const timeZone = usePart(link, 'store')?.timeZone ?? 'UTC';
  const [says, setSays] = useState<WordKey | null>(null);
  const { say } = useWords();
  if (pauses.length === 0) return null;
  return (
    <ul className="pause-banner" aria-label={say('pause.list')}>
      {pauses.map((pause) => (
        <li key={`${pause.what}/${pause.name}`}>
          <Pause aria-hidden size={18} />
          <span>{pausedWords(pause, timeZone, say)}</span>
          <Button
            tone="plain"
            label={say('pause.lift-thing', { thing: pausedWords(pause, timeZone, say) })}
            onPress={() => {
              liftPause(pause).then((answer) => setSays(answer.kind === 'done' ? null : answer.says));
            }}
          >
            {say('pause.lift')}
          </Button>
        </li>
      ))}
      {says !== null && <li role="alert">{say(says)}</li>}
    </ul>
  );
}

function pausedWords(pause: ManagerPause, timeZone: string, say: Say): string {
  const { what, name, title } = pause;
  const paused = untilWords(pause, timeZone, say);
  if (what === 'everything') return say('pause.says-everything', { paused });
  if (what === 'dialogue') return say('pause.says-dialogue', { paused, title });
  return say('pause.says-channel', { paused, channel: channelWords(name, say) });
}

/** A channel that this page does not know yet is called by its name. */
function channelWords(name: string, say: Say): string {
  const known = channels.find((one) => one === name);
  return known === undefined ? name : say(`channel.${known}`);
}

function untilWords({ until, by }: ManagerPause, timeZone: string, say: Say): string {
  if (until === null) return say('pause.by', { who: by });
  return say('pause.by-until', { who: by, time: toClockText(until, timeZone).slice(0, 5) });
}
