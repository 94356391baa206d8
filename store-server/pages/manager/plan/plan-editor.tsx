/**
 * The floor-plan editor: tools above, the plan in the middle, what is chosen and what is to be said beside it. Every step
 * can be undone; nothing reaches the store before it is saved, and nothing is in force before the store starts again.
 */
import { isFault, type PlanDraft, type PlanThing, planRemarks } from '@kairos/protocol/floor-plan-checks.ts';
import type { Point } from '@kairos/protocol/geometry.ts';
import { Button } from '@kairos/ui/button.tsx';
import { Redo2, Undo2 } from 'lucide-react';
import { type ReactElement, useDeferredValue, useEffect, useMemo, useReducer, useState } from 'react';
import { useWords } from '../words/use-words.ts';
import { PlanCanvas } from './plan-canvas.tsx';
import { add, remove } from './plan-draft.ts';
import { PlanFileBar } from './plan-file-bar.tsx';
import { begun, stepHistory } from './plan-history.ts';
import { Remarks, Things } from './plan-lists.tsx';
import { type PlanPicture, scaled } from './plan-picture.ts';
import { NumberField, PlanProperties, TextField } from './plan-properties.tsx';
import type { Tool } from './plan-tool.ts';

export interface PlanEditorProps {
  readonly saved: PlanDraft;
  readonly version: string;
  readonly isInForce: boolean;
}

const tools = ['select', 'zones', 'walls', 'shelves', 'tills', 'doors', 'screens', 'anchors'] as const;

export function PlanEditor({ saved, version, isInForce }: PlanEditorProps): ReactElement {
  const { say } = useWords();
  const [history, step] = useReducer(stepHistory, saved, begun);
  const [tool, setTool] = useState<Tool>('select');
  const [chosen, choose] = useState<PlanThing | null>(null);
  const [picture, setPicture] = useState<PlanPicture | null>(null);
  const [measured, setMeasured] = useState<readonly [Point, Point] | null>(null);
  const [faults, setFaults] = useState<readonly string[]>([]);
  const draft = history.now;
  const checked = useDeferredValue(draft);
  const remarks = useMemo(() => planRemarks(checked), [checked]);

  const change = (next: PlanDraft): void => {
    setFaults([]);
    step({ kind: 'did', draft: next });
  };
  const draw = (by: Tool, points: readonly Point[]): void => {
    if (by === 'scale') setMeasured([points[0] as Point, points[1] as Point]);
    else if (by !== 'select') {
      const added = add(draft, {
        ...{ list: by, outline: points },
        zoneName: (number) => say('plan.zone', { number }),
      });
      change(added.draft);
      choose(added.thing);
    }
  };
  const takeAway = (): void => {
    if (!chosen) return;
    change(remove(draft, chosen));
    choose(null);
  };
  const go = (kind: 'undo' | 'redo'): void => {
    choose(null);
    step({ kind });
  };
  useUndoKeys(go);
  return (
    <div className="plan-editor">
      <PlanFileBar
        draft={draft}
        version={version}
        isInForce={isInForce}
        canSave={!remarks.some(isFault)}
        onFaults={setFaults}
        onPicture={(next) => {
          setPicture(next);
          setTool('scale');
        }}
        onOther={(next) => {
          choose(null);
          change(next);
        }}
      />
      <div className="plan-tools" role="toolbar" aria-label={say('plan.tools')}>
        {[...tools, ...(picture ? (['scale'] as const) : [])].map((one) => (
          <button key={one} type="button" aria-pressed={tool === one} onClick={() => setTool(one)}>
            {say(`tool.${one}`)}
          </button>
        ))}
        <span className="plan-undo">
          <button
            type="button"
            aria-label={say('plan.undo')}
            disabled={history.before.length === 0}
            onClick={() => go('undo')}
          >
            <Undo2 aria-hidden size={20} />
          </button>
          <button
            type="button"
            aria-label={say('plan.redo')}
            disabled={history.after.length === 0}
            onClick={() => go('redo')}
          >
            <Redo2 aria-hidden size={20} />
          </button>
        </span>
      </div>
      {measured && picture && (
        <ScaleQuestion
          onMetres={(metres) => {
            if (metres !== null) setPicture(scaled(picture, measured, metres));
            setMeasured(null);
            setTool('select');
          }}
        />
      )}
      <PlanCanvas
        key={tool}
        draft={draft}
        tool={tool}
        chosen={chosen}
        remarked={remarks.flatMap(({ things }) => things).filter((thing) => thing.index < draft[thing.list].length)}
        picture={picture}
        onChoose={choose}
        onChange={change}
        onDrawn={draw}
        onRemove={takeAway}
      />
      <div className="plan-beside">
        <Remarks draft={checked} remarks={remarks} faults={faults} onChoose={choose} />
        {chosen && <PlanProperties draft={draft} thing={chosen} onChange={change} onRemove={takeAway} />}
        <section className="plan-properties" aria-label={say('plan.whole')}>
          <h3 className="quiet-title">{say('plan.whole')}</h3>
          <TextField words={say('plan.name')} value={draft.name} onChange={(name) => change({ ...draft, name })} />
          <NumberField
            words={say('plan.width')}
            value={draft.width}
            onChange={(width) => width > 0 && change({ ...draft, width })}
          />
          <NumberField
            words={say('plan.depth')}
            value={draft.height}
            onChange={(height) => height > 0 && change({ ...draft, height })}
          />
        </section>
        <Things
          draft={draft}
          chosen={chosen}
          onChoose={(thing) => {
            setTool('select');
            choose(thing);
          }}
        />
      </div>
    </div>
  );
}

/** Ctrl or Cmd with Z, and with Shift the other way; in a field it is the field's. */
function useUndoKeys(go: (kind: 'undo' | 'redo') => void): void {
  useEffect(() => {
    const typed = (event: KeyboardEvent): void => {
      const isField = event.target instanceof HTMLInputElement;
      if (isField || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return;
      event.preventDefault();
      go(event.shiftKey ? 'redo' : 'undo');
    };
    addEventListener('keydown', typed);
    return () => removeEventListener('keydown', typed);
  });
}

function ScaleQuestion({ onMetres }: { readonly onMetres: (metres: number | null) => void }): ReactElement {
  const { say } = useWords();
  const [metres, setMetres] = useState(10);
  return (
    <section className="plan-scale" aria-label={say('plan.scale')}>
      <NumberField words={say('plan.how-far')} value={metres} onChange={setMetres} />
      <Button tone="ink" onPress={() => onMetres(metres > 0 ? metres : null)}>
        {say('plan.scale-do')}
      </Button>
      <Button tone="quiet" onPress={() => onMetres(null)}>
        {say('plan.scale-leave')}
      </Button>
    </section>
  );
}
