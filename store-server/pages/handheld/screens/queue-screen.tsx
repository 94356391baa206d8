/** How many wait at a till, counted by eye: whoever serves there is asked for nothing besides while it is long. */
import { Button } from '@kairos/ui/button.tsx';
import { Minus, Plus } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { usePage } from './page-context.ts';

const waitingMax = 99;

export function QueueScreen({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { page, state, say } = usePage();
  const queues = state.view?.queues ?? [];
  const [till, setTill] = useState(queues[0]?.till ?? '');
  const told = queues.find((queue) => queue.till === till)?.waiting ?? 0;
  const [counted, setCounted] = useState<number | null>(null);
  const waiting = counted ?? told;
  const count = (by: number): void => setCounted(Math.min(waitingMax, Math.max(0, waiting + by)));
  return (
    <section className="sheet">
      <h1>{say('more.queue')}</h1>
      <div className="form-field">
        <label htmlFor="queue-till">{say('queue.till')}</label>
        <select
          id="queue-till"
          value={till}
          onChange={({ target }) => {
            setTill(target.value);
            setCounted(null);
          }}
        >
          {queues.map((queue) => (
            <option key={queue.till} value={queue.till}>
              {queue.till}
            </option>
          ))}
        </select>
      </div>
      <fieldset className="form-field">
        <legend>{say('queue.waiting')}</legend>
        <div className="stepper">
          <Button label={say('queue.fewer')} icon={<Minus />} isDisabled={waiting === 0} onPress={() => count(-1)}>
            {''}
          </Button>
          <output className="figures">{waiting}</output>
          <Button label={say('queue.more')} icon={<Plus />} onPress={() => count(1)}>
            {''}
          </Button>
        </div>
      </fieldset>
      <footer className="task-answers">
        <Button
          className="answer"
          tone="ink"
          isDisabled={!page.isInReach || till === ''}
          onPress={() => {
            void page.setQueue(till, waiting);
            onClose();
          }}
        >
          {say('queue.set')}
        </Button>
        <Button className="answer" tone="quiet" onPress={onClose}>
          {say('form.back')}
        </Button>
      </footer>
    </section>
  );
}
