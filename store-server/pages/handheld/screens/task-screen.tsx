/**
 * One task, for somebody with three seconds: by what sign and where, since when, what to do, why, what to say; and below,
 * in reach of the thumb, what to answer.
 */
import type { HandheldTask } from '@kairos/protocol/handheld-events.ts';
import { Button } from '@kairos/ui/button.tsx';
import { VisitSign } from '@kairos/ui/visit-sign.tsx';
import { signName } from '@kairos/ui/visit-sign-words.ts';
import { FileSignature, Footprints, Hand, Menu, Phone } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { clockTime, type WordKey } from '../words/languages.ts';
import { useNow, usePage } from './page-context.ts';
import { SmallMap } from './small-map.tsx';

interface TaskScreenProps {
  readonly task: HandheldTask;
  readonly onMore: () => void;
  readonly onForm: (answer: HandheldTask['answers'][number]) => void;
}

export function TaskScreen({ task, onMore, onForm }: TaskScreenProps): ReactElement {
  const { say } = usePage();
  const { kind } = task;
  const title = kind === 'help' ? say('head.help') : kind === 'approval' ? say('head.approval') : task.headline;
  return (
    <article className={`task task-${kind}`}>
      <Head task={task} onMore={onMore} />
      <div className="task-body">
        <h1 dir="auto">{title}</h1>
        <p className="task-why">{whyOf(task, say)}</p>
        {task.isEscalated && <p className="task-escalated">{say('note.escalated')}</p>}
        <Words task={task} />
        {task.zone !== null && <SmallMap zone={task.zone} sign={task.sign} />}
      </div>
      <Answers task={task} onForm={onForm} />
    </article>
  );
}

function whyOf({ reason }: HandheldTask, say: ReturnType<typeof usePage>['say']): string {
  const { is, zone } = reason;
  if (zone !== null && (is === 'asked' || is === 'dwell')) return say(`why.${is}-at`, { zone });
  return say(`why.${is}`);
}

function Head({ task, onMore }: { readonly task: HandheldTask; readonly onMore: () => void }): ReactElement {
  const { say, state, language } = usePage();
  const zone = state.plan?.zones.find(({ id }) => id === task.zone)?.name ?? null;
  const nowhere: WordKey = task.kind === 'call' ? 'place.phone' : 'place.unknown';
  return (
    <header className="task-head">
      <span className="task-sign">
        {task.sign ? (
          <VisitSign sign={task.sign} label={signName(task.sign, language)} />
        ) : (
          <KindIcon kind={task.kind} />
        )}
      </span>
      <span className="task-place">
        {task.kind !== 'approval' && (
          <strong>
            <bdi>{zone ?? say(nowhere)}</bdi>
            {task.metres !== null && <span>{say('place.metres', { metres: task.metres })}</span>}
          </strong>
        )}
        {task.sign && <span>{signName(task.sign, language)}</span>}
      </span>
      <Ticks task={task} />
      <MoreButton onMore={onMore} />
    </header>
  );
}

function KindIcon({ kind }: Pick<HandheldTask, 'kind'>): ReactElement {
  if (kind === 'approval') return <FileSignature aria-hidden />;
  return kind === 'call' ? <Phone aria-hidden /> : <Hand aria-hidden />;
}

export function MoreButton({ onMore }: { readonly onMore: () => void }): ReactElement {
  const { say } = usePage();
  return (
    <Button className="more-button" tone="quiet" label={say('more.open')} icon={<Menu />} onPress={onMore}>
      {''}
    </Button>
  );
}

/** How long she has waited; for what is hers, how long it stays so. */
function Ticks({ task }: { readonly task: HandheldTask }): ReactElement {
  const { say } = usePage();
  const now = useNow();
  const isMine = task.state === 'mine';
  return (
    <span className="task-ticks figures">
      <span className="spoken-only">{say(isMine ? 'until.label' : 'since.label')} </span>
      <time>{clockTime(isMine ? task.until - now : now - task.since)}</time>
      <span className="task-ticks-label" aria-hidden>
        {say(isMine ? 'until.label' : 'since.label')}
      </span>
    </span>
  );
}

function Words({ task }: { readonly task: HandheldTask }): ReactElement | null {
  const { say } = usePage();
  if (task.say === '' && task.know === '') return null;
  return (
    <div className="task-words">
      {task.say !== '' && (
        <blockquote
          className="task-say"
          dir="auto"
          aria-label={say(task.kind === 'approval' ? 'letter.label' : 'say.label')}
        >
          {task.say}
        </blockquote>
      )}
      {task.know !== '' && (
        <p className="task-know" dir="auto">
          {task.kind !== 'approval' && <span className="task-know-label">{say('know.label')}: </span>}
          {task.know}
        </p>
      )}
    </div>
  );
}

const fixedLabels: Readonly<Record<string, WordKey>> = {
  helped: 'do.helped',
  approved: 'do.approved',
  refused: 'do.refused',
};

function Answers({ task, onForm }: Pick<TaskScreenProps, 'task' | 'onForm'>): ReactElement {
  const { page, say, state } = usePage();
  const isAsking = state.asking === task.id;
  const isOffered = task.state === 'offered' && task.kind !== 'approval';
  const canPass = page.isInReach && !isAsking;
  let answers: ReactNode;
  if (isOffered) {
    const isCall = task.kind === 'call';
    answers = (
      <Button
        className="answer answer-first"
        tone="ink"
        icon={isCall ? <Phone /> : <Footprints />}
        isDisabled={!canPass}
        onPress={() => void page.claim(task)}
      >
        {say(isAsking ? 'do.asking' : isCall ? 'do.call' : 'do.claim')}
      </Button>
    );
  } else {
    answers = task.answers.map((answer, place) => (
      <Button
        key={answer.id}
        className="answer"
        tone={place === 0 ? 'ink' : 'plain'}
        onPress={() => (answer.form.length > 0 ? onForm(answer) : void page.answer(task, answer.id))}
      >
        {answer.label === '' ? say(fixedLabels[answer.id] ?? 'do.helped') : answer.label}
      </Button>
    ));
  }
  const { cannot } = task;
  return (
    <footer className="task-answers">
      {answers}
      {cannot !== null && task.state === 'mine' ? (
        <Button className="answer" tone="quiet" onPress={() => void page.answer(task, cannot.id)}>
          {cannot.label}
        </Button>
      ) : (
        <Button className="answer" tone="quiet" isDisabled={!canPass} onPress={() => void page.pass(task)}>
          {say('do.pass')}
        </Button>
      )}
    </footer>
  );
}
