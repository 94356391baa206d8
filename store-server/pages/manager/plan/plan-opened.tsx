/** The store's file, read for the editor; a file that is no plan is said to be none. */
import type { ReactElement } from 'react';
import { useWords } from '../words/use-words.ts';
import { PlanEditor } from './plan-editor.tsx';
import { readPlanText } from './plan-yaml.ts';

export interface PlanOpenedProps {
  readonly text: string;
  readonly version: string;
  readonly isInForce: boolean;
}

export default function PlanOpened({ text, version, isInForce }: PlanOpenedProps): ReactElement {
  const { say } = useWords();
  const plan = readPlanText(text);
  if (plan === null) return <p className="plan-said">{say('plan.no-plan')}</p>;
  return <PlanEditor saved={plan} version={version} isInForce={isInForce} />;
}
