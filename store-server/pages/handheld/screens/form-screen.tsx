/** What a dialogue wants to know besides the answer: few fields, large, and a way back. */
import type { HandheldTask } from '@kairos/protocol/handheld-events.ts';
import { Button } from '@kairos/ui/button.tsx';
import { type ReactElement, useId, useState } from 'react';
import { usePage } from './page-context.ts';

type Answer = HandheldTask['answers'][number];
type Field = Answer['form'][number];
type Filled = Record<string, string | number>;

/** More choices than these are chosen from a list. */
const chipsMax = 6;
const textMax = 500;

interface FormScreenProps {
  readonly answer: Answer;
  readonly onBack: () => void;
  readonly onSend: (form: Filled) => void;
}

export function FormScreen({ answer, onBack, onSend }: FormScreenProps): ReactElement {
  const { say } = usePage();
  const [filled, setFilled] = useState<Filled>({});
  const set = (name: string, value: string | number | null): void =>
    setFilled(({ [name]: _, ...others }) => (value === null || value === '' ? others : { ...others, [name]: value }));
  return (
    <section className="sheet">
      <h1>{answer.label === '' ? say('form.title') : answer.label}</h1>
      <div className="form-fields">
        {answer.form.map((field) => (
          <FieldOf key={field.name} field={field} value={filled[field.name] ?? ''} onSet={set} />
        ))}
      </div>
      <footer className="task-answers">
        <Button className="answer" tone="ink" onPress={() => onSend(filled)}>
          {say('form.send')}
        </Button>
        <Button className="answer" tone="quiet" onPress={onBack}>
          {say('form.back')}
        </Button>
      </footer>
    </section>
  );
}

interface FieldProps {
  readonly field: Field;
  readonly value: string | number;
  readonly onSet: (name: string, value: string | number | null) => void;
}

function FieldOf({ field, value, onSet }: FieldProps): ReactElement {
  const { name, kind, choices } = field;
  const label = field.label === '' ? spaced(name) : field.label;
  const id = useId();
  if (kind === 'choice' && choices.length <= chipsMax) {
    return (
      <fieldset className="form-field">
        <legend>{label}</legend>
        <div className="form-chips">
          {choices.map((choice) => (
            <Button key={choice} isPressed={value === choice} onPress={() => onSet(name, choice)}>
              {choiceWords(field, choice)}
            </Button>
          ))}
        </div>
      </fieldset>
    );
  }
  return (
    <div className="form-field">
      <label htmlFor={id}>{label}</label>
      <Control id={id} field={field} value={value} onSet={onSet} />
    </div>
  );
}

function Control({ id, field, value, onSet }: FieldProps & { readonly id: string }): ReactElement {
  const { say } = usePage();
  const { name, kind, choices } = field;
  switch (kind) {
    case 'choice':
      return (
        <select id={id} value={value} onChange={({ target }) => onSet(name, target.value)}>
          <option value="">{say('form.choose')}</option>
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {choiceWords(field, choice)}
            </option>
          ))}
        </select>
      );
    case 'number':
      return (
        <input
          id={id}
          inputMode="decimal"
          type="number"
          value={value}
          onChange={({ target }) => onSet(name, target.value === '' ? null : Number(target.value))}
        />
      );
    case 'text':
      return (
        <textarea
          id={id}
          rows={2}
          maxLength={textMax}
          value={value}
          onChange={({ target }) => onSet(name, target.value)}
        />
      );
  }
}

function choiceWords({ choices, choiceLabels }: Field, choice: string): string {
  return choiceLabels[choices.indexOf(choice)] || spaced(choice);
}

/** "shoeSize" → "Shoe size": where a dialogue only names a field, this is all that there is to read. */
function spaced(name: string): string {
  const words = name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
