/** The plan as a file: saved in the store, taken along, begun from another store's; and a picture to draw over. */
import type { PlanDraft } from '@kairos/protocol/floor-plan-checks.ts';
import { Button } from '@kairos/ui/button.tsx';
import { type ReactElement, useState } from 'react';
import { ask } from '../link/store-actions.ts';
import { useWords } from '../words/use-words.ts';
import { copied } from './plan-draft.ts';
import { type PlanPicture, readPicture } from './plan-picture.ts';
import { planText, readPlanText } from './plan-yaml.ts';

export interface PlanFileBarProps {
  readonly draft: PlanDraft;
  readonly version: string;
  readonly isInForce: boolean;
  /** False: a store would not start with it. */
  readonly canSave: boolean;
  readonly onFaults: (faults: readonly string[]) => void;
  readonly onPicture: (picture: PlanPicture) => void;
  readonly onOther: (draft: PlanDraft) => void;
}

export function PlanFileBar(props: PlanFileBarProps): ReactElement {
  const { draft, canSave, onFaults, onPicture, onOther } = props;
  const talk = useWords();
  const [version, setVersion] = useState(props.version);
  const [said, say] = useState<string | null>(props.isInForce ? null : talk.say('plan.not-in-force'));
  const save = async (): Promise<void> => {
    say(talk.say('plan.saving'));
    const body = { text: planText(draft), basedOn: version };
    const answer = await ask<{ version: string; former: string }>('/api/manager/plan', { method: 'PUT', body });
    if (answer.kind === 'done') {
      setVersion(answer.body.version);
      onFaults([]);
      say(talk.say('plan.saved', { former: answer.body.former }));
      return;
    }
    say(talk.say(answer.says));
    if (answer.kind === 'failed') onFaults(answer.faults ?? []);
  };
  const takePicture = async (file: File): Promise<void> => {
    const picture = await readPicture(file, draft.width);
    if (picture) onPicture(picture);
    say(picture ? talk.say('plan.picture-loaded') : talk.say('plan.no-picture'));
  };
  const takeOther = async (file: File): Promise<void> => {
    const other = readPlanText(await file.text());
    if (other) onOther(copied(other, draft));
    say(talk.say(other ? 'plan.copied' : 'plan.no-other'));
  };
  return (
    <div className="plan-file">
      <Button tone="ink" isDisabled={!canSave} onPress={() => void save()}>
        {talk.say('plan.save')}
      </Button>
      <Button onPress={() => download(planText(draft))}>{talk.say('plan.download')}</Button>
      <FileButton
        words={talk.say('plan.load-picture')}
        accept="image/png,image/jpeg,image/webp,image/svg+xml"
        onFile={takePicture}
      />
      <FileButton words={talk.say('plan.copy')} accept=".yaml,.yml,.json" onFile={takeOther} />
      {said !== null && (
        <p className="plan-said" role="status">
          {said}
        </p>
      )}
    </div>
  );
}

interface FileButtonProps {
  readonly words: string;
  readonly accept: string;
  readonly onFile: (file: File) => Promise<void>;
}

function FileButton({ words, accept, onFile }: FileButtonProps): ReactElement {
  return (
    <label className="plan-file-button">
      {words}
      <input
        type="file"
        accept={accept}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file) void onFile(file);
          // The same file may be chosen again.
          target.value = '';
        }}
      />
    </label>
  );
}

function download(text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = 'floor-plan.yaml';
  link.click();
  URL.revokeObjectURL(address);
}
