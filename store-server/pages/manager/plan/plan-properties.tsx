/** What is chosen, in fields: its names, its zone, its corners in metres. Everything that the pointer does can be typed here. */
import { outlineOf, type PlanDraft, type PlanThing } from '@kairos/protocol/floor-plan-checks.ts';
import type { Point } from '@kairos/protocol/geometry.ts';
import { Button } from '@kairos/ui/button.tsx';
import { type ReactElement, useState } from 'react';
import { cornersMin, nameOfThing, reshape, set } from './plan-draft.ts';
import { toolWords } from './plan-tool.ts';

export interface PlanPropertiesProps {
  readonly draft: PlanDraft;
  readonly thing: PlanThing;
  readonly onChange: (draft: PlanDraft) => void;
  readonly onRemove: () => void;
}

const kinds = ['aisle', 'open', 'entrance', 'till', 'fitting', 'service'] as const;

export function PlanProperties({ draft, thing, onChange, onRemove }: PlanPropertiesProps): ReactElement {
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
    <section className="plan-properties" aria-label="What is chosen">
      <h3 className="quiet-title">
        {toolWords[list]}: {nameOfThing(draft, thing)}
      </h3>
      {item && 'name' in item && text('name', 'Name', item.name)}
      {item && 'id' in item && text('id', 'Name in files', item.id)}
      {item && 'kind' in item && (
        <Choice words="Kind" value={item.kind} values={kinds} onChange={(value) => change('kind', value)} />
      )}
      {item && 'zone' in item && (
        <Choice
          words="Zone"
          value={item.zone}
          values={draft.zones.map(({ id }) => id)}
          onChange={(value) => change('zone', value)}
        />
      )}
      {item && 'departments' in item && (
        <TextField
          words="Departments, with commas"
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
      {item && 'address' in item && text('address', 'Address', item.address)}
      {item && 'address' in item && (
        <NumberField
          words="Height above the floor, m"
          value={item.at[2]}
          onChange={(height) => change('at', [item.at[0], item.at[1], height])}
        />
      )}
      <Corners draft={draft} thing={thing} onChange={onChange} />
      <Button tone="quiet" onPress={onRemove}>
        Take away
      </Button>
    </section>
  );
}

function Corners({ draft, thing, onChange }: Omit<PlanPropertiesProps, 'onRemove'>): ReactElement {
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
      <summary>{isPoint ? 'Place, in metres' : `${outline.length} corners, in metres`}</summary>
      <ol>
        {outline.map(([x, y], place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a corner is its place in the outline
          <li key={place}>
            <NumberField
              words={isPoint ? 'x' : `Corner ${place + 1} x`}
              value={x}
              onChange={(next) => put(place, [next, y])}
            />
            <NumberField
              words={isPoint ? 'y' : `Corner ${place + 1} y`}
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
  onChange,
}: FieldProps<string> & { readonly values: readonly string[] }): ReactElement {
  return (
    <label className="plan-field">
      <span>{words}</span>
      <select value={value} onChange={({ target }) => onChange(target.value)}>
        {!values.includes(value) && <option value={value}>{value}</option>}
        {values.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    </label>
  );
}
