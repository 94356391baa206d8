/**
 * The page: sets language and direction, rings for what is new, and picks the scene: a task, a form that it asks for,
 * what she sets about herself, or the quiet in between. Each is a file of its own.
 */
import type { HandheldTask } from '@kairos/protocol/handheld-events.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import { type ReactElement, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import type { Bell } from '../view/bell.ts';
import type { HandheldPage } from '../view/handheld-page.ts';
import { directionOf, languageOf, sayIn } from '../words/languages.ts';
import { Bars } from './bars.tsx';
import { FormScreen } from './form-screen.tsx';
import { More } from './more.tsx';
import { PageProvider, usePage } from './page-context.ts';
import { PlaceScreen } from './place-screen.tsx';
import { QueueScreen } from './queue-screen.tsx';
import { Quiet } from './quiet.tsx';
import { TaskScreen } from './task-screen.tsx';

export interface AppProps {
  readonly page: HandheldPage;
  readonly bell: Bell;
  readonly ports: Ports;
  readonly leave: (path: string) => void;
}

export type Sheet = 'more' | 'place' | 'queue' | null;

const signIn = '/sign-in/?next=/handheld/';

export function App({ page, bell, ports, leave }: AppProps): ReactElement {
  const state = useSyncExternalStore(page.subscribe, page.read);
  const language = languageOf(state.view?.me.locale ?? navigator.language);
  const say = useMemo(() => sayIn(language), [language]);
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dir = directionOf(language);
  }, [language]);
  useEffect(() => {
    if (state.line === 'refused') leave(signIn);
  }, [state.line, leave]);
  const value = useMemo(
    () => ({ page, state, bell, ports, say, language, leave }),
    [page, state, bell, ports, say, language, leave],
  );
  return (
    <I18nProvider locale={language}>
      <PageProvider value={value}>
        <main className="handheld" onPointerDown={() => bell.touched()}>
          <Scene />
        </main>
      </PageProvider>
    </I18nProvider>
  );
}

interface Filling {
  readonly task: HandheldTask;
  readonly answer: HandheldTask['answers'][number];
}

function Scene(): ReactElement {
  const { page, state } = usePage();
  const [sheet, setSheet] = useState<Sheet>(null);
  const [filling, setFilling] = useState<Filling | null>(null);
  const { tasks } = page;
  const [task, next] = tasks;
  useBell(tasks);
  // What she was filling in for has gone, or is somebody else's.
  const isFilling =
    filling !== null && tasks.some(({ id, state: whose }) => id === filling.task.id && whose === 'mine');
  if (sheet === 'more') return <More onSheet={setSheet} />;
  if (sheet === 'place') return <PlaceScreen onClose={() => setSheet(null)} />;
  if (sheet === 'queue') return <QueueScreen onClose={() => setSheet(null)} />;
  if (isFilling && filling) {
    return (
      <FormScreen
        answer={filling.answer}
        onBack={() => setFilling(null)}
        onSend={(form) => {
          setFilling(null);
          void page.answer(filling.task, filling.answer.id, form);
        }}
      />
    );
  }
  const isSilenced = state.view?.me.duty !== 'on' && task?.kind !== 'approval';
  return (
    <>
      {task && state.view && !isSilenced ? (
        <TaskScreen
          key={task.id}
          task={task}
          onMore={() => setSheet('more')}
          onForm={(answer) => setFilling({ task, answer })}
        />
      ) : (
        <Quiet onSheet={setSheet} />
      )}
      <Bars next={task && !isSilenced ? (next ?? null) : null} />
    </>
  );
}

/** Rings once for each that is offered anew; what is there when she opens the page is seen, and not heard. */
function useBell(tasks: readonly HandheldTask[]): void {
  const { bell, state } = usePage();
  const heard = useRef<ReadonlySet<string> | null>(null);
  useEffect(() => {
    if (state.view === null) return;
    const before = heard.current;
    const fresh = tasks.filter(({ id, state: whose }) => whose === 'offered' && before?.has(id) === false);
    heard.current = new Set([...(before ?? []), ...tasks.map(({ id }) => id)]);
    if (fresh.length > 0) bell.ring(fresh.some(({ kind }) => kind === 'help') ? 2 : 1);
  }, [tasks, state.view, bell]);
}
