/** What she sets about herself: here, on a break, busy, gone home; where she is; sound; and for who leads, a rush and queues. */
import { Button } from '@kairos/ui/button.tsx';
import { House, MapPin, UsersRound, Volume2, VolumeX, X, Zap } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { Sheet } from './app.tsx';
import { usePage } from './page-context.ts';

const rushMinutes = 30;
const duties = ['on', 'break', 'busy'] as const;

export function More({ onSheet }: { readonly onSheet: (sheet: Sheet) => void }): ReactElement {
  const { page, state, say, bell, leave } = usePage();
  const [isLoud, setIsLoud] = useState(bell.isOn);
  const me = state.view?.me;
  const zone = state.plan?.zones.find(({ id }) => id === me?.zone)?.name;
  const isLeading = me?.role === 'lead' || me?.role === 'manager';
  const isRush = state.view?.rush != null;
  const isFar = !page.isInReach;
  const close = (): void => onSheet(null);
  return (
    <section className="sheet">
      <header className="sheet-head">
        <h1>{me?.name ?? say('more.title')}</h1>
        <Button className="more-button" tone="quiet" label={say('more.close')} icon={<X />} onPress={close}>
          {''}
        </Button>
      </header>
      <fieldset className="form-field">
        <legend>{say('more.duty')}</legend>
        <div className="form-chips form-chips-even">
          {duties.map((duty) => (
            <Button
              key={duty}
              isPressed={me?.duty === duty}
              isDisabled={isFar}
              onPress={() => {
                void page.setDuty(duty);
                close();
              }}
            >
              {say(`duty.${duty}`)}
            </Button>
          ))}
        </div>
      </fieldset>
      <div className="sheet-rows">
        <Button tone="quiet" icon={<MapPin />} isDisabled={isFar} onPress={() => onSheet('place')}>
          {zone === undefined ? say('more.place') : say('more.place-is', { zone })}
        </Button>
        <Button
          tone="quiet"
          icon={isLoud ? <Volume2 /> : <VolumeX />}
          isPressed={isLoud}
          onPress={() => {
            bell.turn(!isLoud);
            bell.touched();
            setIsLoud(!isLoud);
            if (!isLoud) bell.ring(1);
          }}
        >
          {say(isLoud ? 'more.sound-on' : 'more.sound-off')}
        </Button>
        {isLeading && (
          <Button
            tone="quiet"
            icon={<Zap />}
            isDisabled={isFar}
            onPress={() => {
              void page.setRush(isRush ? 0 : rushMinutes);
              close();
            }}
          >
            {say(isRush ? 'more.rush-end' : 'more.rush')}
          </Button>
        )}
        {isLeading && (state.view?.queues.length ?? 0) > 0 && (
          <Button tone="quiet" icon={<UsersRound />} isDisabled={isFar} onPress={() => onSheet('queue')}>
            {say('more.queue')}
          </Button>
        )}
      </div>
      <footer className="task-answers">
        <Button
          className="answer"
          tone="plain"
          icon={<House />}
          isDisabled={isFar}
          onPress={() => void page.setDuty('off').then(() => leave('/sign-in/?next=/handheld/'))}
        >
          {say('more.off')}
        </Button>
      </footer>
    </section>
  );
}
