/**
 * The message: a guest beside the list. Its headline, its answers as large buttons of equal weight, and a quiet word
 * when she has answered. Reports its first visible paint.
 */
import './message-card.css';
import { Button } from '@kairos/ui/button.tsx';
import { usePainted } from '@kairos/ui/use-painted.ts';
import { Check, Map as MapIcon } from 'lucide-react';
import { type ReactElement, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GlassMessage } from '../view/glass.ts';
import { MessagePicture } from './message-picture.tsx';
import { usePage } from './page-context.ts';
import { useScrolls } from './use-scrolls.ts';

interface MessageCardProps {
  readonly shown: GlassMessage;
  /** She wants the way to this zone. */
  readonly onWhere: (zone: string) => void;
}

export function MessageCard({ shown, onWhere }: MessageCardProps): ReactElement {
  const { page, ports } = usePage();
  const card = useRef<HTMLElement>(null);
  const { message } = shown;
  usePainted(card, ports, (agoMs) => page.painted(message.id, agoMs));
  return (
    <article ref={card} className="message" aria-labelledby="message-headline" data-state={shown.state}>
      {shown.state === 'answered' ? <Thanks shown={shown} /> : <Said shown={shown} onWhere={onWhere} />}
    </article>
  );
}

function Said({ shown, onWhere }: MessageCardProps): ReactElement {
  const { t } = useTranslation();
  const { page } = usePage();
  const [asksWhy, setAsksWhy] = useState(false);
  const words = useRef<HTMLDivElement>(null);
  const scrolls = useScrolls(words, asksWhy);
  const { message } = shown;
  const { zone, why } = message;
  return (
    <>
      {message.picture !== undefined && <MessagePicture picture={message.picture} />}
      <div ref={words} className="message-words" tabIndex={scrolls ? 0 : undefined}>
        <h2 id="message-headline" dir="auto">
          {message.headline}
        </h2>
        {message.body !== '' && <p dir="auto">{message.body}</p>}
        {asksWhy && why && (
          <p className="message-why" dir="auto">
            {why}
          </p>
        )}
      </div>
      <div className="answers">
        {zone && (
          <Button tone="voice" icon={<MapIcon />} onPress={() => onWhere(zone)}>
            {t('message.where')}
          </Button>
        )}
        {message.answers.map((answer) => (
          <Button
            key={answer.id}
            tone="voice"
            isDisabled={page.isWatching}
            onPress={() => page.answer(message.id, answer.id)}
          >
            <bdi>{answer.label}</bdi>
          </Button>
        ))}
      </div>
      {why && !asksWhy && (
        <Button tone="quiet" className="message-ask" onPress={() => setAsksWhy(true)}>
          {t('message.why')}
        </Button>
      )}
    </>
  );
}

function Thanks({ shown }: { readonly shown: GlassMessage }): ReactElement {
  const { t } = useTranslation();
  const label = shown.message.answers.find((answer) => answer.id === shown.answer)?.label ?? '';
  return (
    <div className="message-thanks">
      <h2 id="message-headline">
        <Check aria-hidden />
        {t('message.thanks')}
      </h2>
      <p dir="auto">{t('message.noted', { answer: label })}</p>
    </div>
  );
}
