/** The store's file, read for the editor; a file that is no plan is said to be none. */
import type { ReactElement } from 'react';
import { PlanEditor } from './plan-editor.tsx';
import { readPlanText } from './plan-yaml.ts';

export interface PlanOpenedProps {
  readonly text: string;
  readonly version: string;
  readonly isInForce: boolean;
}

export default function PlanOpened({ text, version, isInForce }: PlanOpenedProps): ReactElement {
  const plan = readPlanText(text);
  if (plan === null)
    return <p className="plan-said">The store’s file is no floor plan any more. Put the former one back.</p>;
  return <PlanEditor saved={plan} version={version} isInForce={isInForce} />;
}
