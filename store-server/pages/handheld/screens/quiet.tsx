/** Nothing to do: said plainly, with why; where she is, if she wants to say; and what all together have done. */
import { Button } from '@kairos/ui/button.tsx';
import { Coffee, House, MapPin, Store, Unplug, UsersRound, Zap } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { clockTime, type Language, type WordKey } from '../words/languages.ts';
import type { Sheet } from './app.tsx';
import { usePage } from './page-context.ts';
import { MoreButton } from './task-screen.tsx';

type Kind = 'waiting' | 'offline' | 'break' | 'busy' | 'off' | 'queue' | 'empty';

const icons: Readonly<Record<Kind, ReactNode>> = {
  waiting: <Store />,
  offline: <Unplug />,
  break: <Coffee />,
  busy: <UsersRound />,
  off: <House />,
  queue: <UsersRound />,
  empty: <Store />,
};

export function Quiet({ onSheet }: { readonly onSheet: (sheet: Sheet) => void }): ReactElement {
  const { page, state, say, language } = usePage();
  const kind = kindOf(state);
  const { view, waiting } = state;
  const isBack = kind === 'break' || kind === 'busy' || kind === 'off';
  return (
    <section className={`quiet quiet-${kind}`}>
      <header className="quiet-head">
        {view?.rush && (
          <p className="rush">
            <Zap aria-hidden />
            {say('rush.until', { time: timeOfDay(view.rush.until, language) })}
          </p>
        )}
        {view && <MoreButton onMore={() => onSheet('more')} />}
      </header>
      <div className="quiet-words">
        <span className="quiet-icon" aria-hidden>
          {icons[kind]}
        </span>
        <h1>{say(`${kind}.title` as WordKey)}</h1>
        <p>{say(`${kind}.body` as WordKey)}</p>
        {waiting.length > 0 && kind === 'offline' && <p>{say('offline.kept')}</p>}
        {kind === 'empty' && <Team />}
      </div>
      <footer className="task-answers">
        {isBack && (
          <Button className="answer" tone="ink" isDisabled={!page.isInReach} onPress={() => void page.setDuty('on')}>
            {say('duty.back')}
          </Button>
        )}
        {kind === 'empty' && (
          <Button className="answer" tone="plain" icon={<MapPin />} onPress={() => onSheet('place')}>
            {say('empty.where')}
          </Button>
        )}
      </footer>
    </section>
  );
}

function kindOf({ line, view }: ReturnType<typeof usePage>['state']): Kind {
  if (view === null) return line === 'waiting' ? 'waiting' : 'offline';
  if (view.me.duty !== 'on') return view.me.duty;
  if (line !== 'open') return 'offline';
  return view.me.isAtLongQueue ? 'queue' : 'empty';
}

function Team(): ReactElement | null {
  const { state, say } = usePage();
  const team = state.view?.team;
  if (!team || team.done === 0) return null;
  const { done, medianClaimMs } = team;
  const parts = [say('empty.team', { done })];
  if (medianClaimMs !== null) parts.push(say('empty.median', { time: clockTime(medianClaimMs) }));
  return <p className="quiet-team figures">{parts.join(', ')}</p>;
}

/** On the device's own clock face: she reads it beside the one on the wall. */
function timeOfDay(at: number, language: Language): string {
  return new Intl.DateTimeFormat(language, { timeStyle: 'short', numberingSystem: 'latn' }).format(at);
}
