/** What is chosen, in fields: its names, its zone, its corners in metres. Everything that the pointer does can be typed here. */
import { outlineOf, type PlanDraft, type PlanThing } from '@kairos/protocol/floor-plan-checks.ts';
import type { Point } from '@kairos/protocol/geometry.ts';
import { Button } from '@kairos/ui/button.tsx';
import { type ReactElement, useState } from 'react';
import { useWords } from '../words/use-words.ts';
import { cornersMin, nameOfThing, reshape, set } from './plan-draft.ts';

export interface PlanPropertiesProps {
  readonly draft: PlanDraft;
  readonly thing: PlanThing;
  readonly onChange: (draft: PlanDraft) => void;
  readonly onRemove: () => void;
}

const kinds = ['aisle', 'open', 'entrance', 'till', 'fitting', 'service'] as const;

export function PlanProperties({ draft, thing, onChange, onRemove }: PlanPropertiesProps): ReactElement {
  const { say } = useWords();
  const { list } = thing;
  const item = list === 'walls' ? null : draft[list][thing.index];
  const change = (field: string, value: unknown): void => onChange(set(draft, thing, field, value));
  const text = (field: string, words: string, value: string): ReactElement => (
    <TextField
      key={`${list}.${thing.index}.${field}`}
      words={words}
      value={value}
      onChange={(next) => change(field, next)}
    />
  );
  return (
    <section className="plan-properties" aria-label={say('plan.chosen')}>
      <h3 className="quiet-title">
        {say('plan.chosen-thing', {
          kind: say(`tool.${list}`),
          name: nameOfThing(draft, thing, (number) => say('plan.wall', { number })),
        })}
      </h3>
      {item && 'name' in item && text('name', say('plan.name'), item.name)}
      {item && 'id' in item && text('id', say('plan.id'), item.id)}
      {item && 'kind' in item && (
        <Choice
          words={say('plan.kind')}
          value={item.kind}
          values={kinds}
          nameOf={(kind) => say(`kind.${kind as (typeof kinds)[number]}`)}
          onChange={(value) => change('kind', value)}
        />
      )}
      {item && 'zone' in item && (
        <Choice
          words={say('plan.in-zone')}
          value={item.zone}
          values={draft.zones.map(({ id }) => id)}
          onChange={(value) => change('zone', value)}
        />
      )}
      {item && 'departments' in item && (
        <TextField
          words={say('plan.departments')}
          value={item.departments.join(', ')}
          onChange={(next) =>
            change(
              'departments',
              next
                .split(',')
                .map((word) => word.trim())
                .filter(Boolean),
            )
          }
        />
      )}
      {item && 'address' in item && text('address', say('plan.address'), item.address)}
      {item && 'address' in item && (
        <NumberField
          words={say('plan.height')}
          value={item.at[2]}
          onChange={(height) => change('at', [item.at[0], item.at[1], height])}
        />
      )}
      <Corners draft={draft} thing={thing} onChange={onChange} />
      <Button tone="quiet" onPress={onRemove}>
        {say('plan.take-away')}
      </Button>
    </section>
  );
}

function Corners({ draft, thing, onChange }: Omit<PlanPropertiesProps, 'onRemove'>): ReactElement {
  const { say } = useWords();
  const outline = outlineOf(draft, thing);
  const isPoint = cornersMin[thing.list] === 1;
  const put = (place: number, point: Point): void =>
    onChange(
      reshape(
        draft,
        thing,
        outline.map((one, other) => (other === place ? point : one)),
      ),
    );
  return (
    <details open={isPoint} className="plan-corners">
      <summary>{isPoint ? say('plan.place') : say('plan.corners', { count: outline.length })}</summary>
      <ol>
        {outline.map(([x, y], place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a corner is its place in the outline
          <li key={place}>
            <NumberField
              words={isPoint ? 'x' : say('plan.corner-x', { number: place + 1 })}
              value={x}
              onChange={(next) => put(place, [next, y])}
            />
            <NumberField
              words={isPoint ? 'y' : say('plan.corner-y', { number: place + 1 })}
              value={y}
              onChange={(next) => put(place, [x, next])}
            />
          </li>
        ))}
      </ol>
    </details>
  );
}

interface FieldProps<Value> {
  readonly words: string;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}

/** Taken when she leaves the field, or presses Enter: one step to undo, and no half-typed name. */
export function TextField({ words, value, onChange }: FieldProps<string>): ReactElement {
  const [typed, setTyped] = useState<string | null>(null);
  const take = (): void => {
    if (typed !== null && typed !== value) onChange(typed);
    setTyped(null);
  };
  return (
    <label className="plan-field">
      <span>{words}</span>
      <input
        value={typed ?? value}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={take}
        onKeyDown={({ key }) => key === 'Enter' && take()}
      />
    </label>
  );
}

export function NumberField({ words, value, onChange }: FieldProps<number>): ReactElement {
  return (
    <TextField
      words={words}
      value={String(value)}
      onChange={(typed) => {
        const number = Number(typed.replace(',', '.'));
        if (typed.trim() !== '' && Number.isFinite(number)) onChange(number);
      }}
    />
  );
}

function Choice({
  words,
  value,
  values,
  nameOf = (one) => one,
  onChange,
}: FieldProps<string> & {
  readonly values: readonly string[];
  readonly nameOf?: (value: string) => string;
}): ReactElement {
  return (
    <label className="plan-field">
      <span>{words}</span>
      <select value={value} onChange={({ target }) => onChange(target.value)}>
        {!values.includes(value) && <option value={value}>{value}</option>}
        {values.map((one) => (
          <option key={one} value={one}>
            {nameOf(one)}
          </option>
        ))}
      </select>
    </label>
  );
}
