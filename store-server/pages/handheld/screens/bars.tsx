/** At the lower edge: what she may take back, or what comes next; and one short word, where there is one. */
import type { HandheldTask } from '@kairos/protocol/handheld-events.ts';
import { Button } from '@kairos/ui/button.tsx';
import { VisitSign } from '@kairos/ui/visit-sign.tsx';
import { signName } from '@kairos/ui/visit-sign-words.ts';
import { Undo2 } from 'lucide-react';
import type { ReactElement } from 'react';
import { useNow, usePage } from './page-context.ts';

export function Bars({ next }: { readonly next: HandheldTask | null }): ReactElement {
  return (
    <div className="bars">
      <Word />
      <Below next={next} />
    </div>
  );
}

function Word(): ReactElement {
  const { say, state } = usePage();
  const { notice, line, view } = state;
  const isAway = view !== null && line !== 'open';
  return (
    <div aria-live="polite">
      {notice !== null && <p className="word">{say(`note.${notice}`)}</p>}
      {notice === null && isAway && <p className="word word-heed">{say('line.lost')}</p>}
    </div>
  );
}

function Below({ next }: { readonly next: HandheldTask | null }): ReactElement | null {
  const { page, say, language } = usePage();
  const now = useNow();
  const undo = page.undoable;
  if (undo && undo.until > now) {
    const words =
      undo.did === 'claim'
        ? say('undo.claim')
        : undo.did === 'pass'
          ? say('undo.pass')
          : undo.label === ''
            ? say('undo.noted')
            : say('undo.answer', { label: undo.label });
    return (
      <div className="bar undo">
        <span className="undo-words" dir="auto">
          {words}
        </span>
        <span className="undo-left figures" aria-hidden>
          {Math.ceil((undo.until - now) / 1000)}
        </span>
        <Button tone="plain" icon={<Undo2 />} onPress={() => void page.undo(undo.task)}>
          {say('undo.do')}
        </Button>
      </div>
    );
  }
  if (next === null) return null;
  const title =
    next.kind === 'help' ? say('head.help') : next.kind === 'approval' ? say('head.approval') : next.headline;
  return (
    <div className="bar next">
      <span className="next-label">{say('next.label')}</span>
      {next.sign && <VisitSign sign={next.sign} label={signName(next.sign, language)} />}
      <span className="next-title" dir="auto">
        {title}
      </span>
    </div>
  );
}
