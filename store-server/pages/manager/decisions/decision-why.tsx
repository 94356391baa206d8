/** Why a decision fell as it did, in plain words, asked of the store when somebody wants to know. */
import { type ReactElement, useEffect, useState } from 'react';
import { type DecisionReasons, whyOf } from '../link/store-actions.ts';
import type { WordKey } from '../words/languages.ts';
import { useWords } from '../words/use-words.ts';

export interface DecisionWhyProps {
  readonly message: string;
  /** With each step that the message takes, the story is another. */
  readonly outcome: string;
}

export function DecisionWhy({ message, outcome }: DecisionWhyProps): ReactElement {
  const [found, setFound] = useState<DecisionReasons | WordKey | null>(null);
  const { say, language } = useWords();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a step further is another story
  useEffect(() => {
    let isWanted = true;
    whyOf(message, language).then((answer) => {
      if (isWanted) setFound(answer.kind === 'done' ? answer.body : answer.says);
    });
    return () => {
      isWanted = false;
    };
  }, [message, outcome, language]);
  if (found === null) return <p className="why-line">{say('asking')}</p>;
  if (typeof found === 'string') return <p className="why-line">{say(found)}</p>;
  return (
    <dl className="why">
      {found.rows.map(([name, words]) => (
        <div key={`${name} ${words}`}>
          <dt>{name}</dt>
          <dd>{words}</dd>
        </div>
      ))}
    </dl>
  );
}
