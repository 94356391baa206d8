import type { ScreenMessage } from '@kairos/protocol/screen-events.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { describe, expect, it } from 'vitest';
import { Glass } from './glass.ts';

function glass(onSaid: (type: string) => void = () => undefined) {
  const ports = simulatedPorts({ startMs: 0, seed: 1 });
  const said: string[] = [];
  const seen = new Glass({
    screen: 'cart-01',
    timers: ports.timers,
    clock: ports.clock,
    say: (type, body) => {
      const { message: id, ms } = body as { message: string; ms?: number };
      said.push(`${ports.clock.now()} ${type} ${id}${ms === undefined ? '' : ` ${ms}`}`);
      onSaid(type);
    },
    onMessage: () => undefined,
    onMessageGone: () => said.push(`${ports.clock.now()} gone`),
  });
  return { ports, said, seen };
}

function message(id: string, validForMs = 60_000): ScreenMessage {
  return { id, headline: id, body: '', answers: [], validForMs };
}

describe('a message on the glass', () => {
  it('is shown once when it is painted, and leaves by itself at its deadline', () => {
    const { ports, said, seen } = glass();
    seen.show(message('first-message', 1000));
    seen.show(message('first-message', 990));
    ports.advance(5000);
    seen.show(message('first-message', 1000));
    ports.advance(5000);
    expect(said).toEqual(['60 message.shown first-message', '1000 gone', '1005 screen.played first-message 940']);
  });

  it('is not shown where it was taken back before it was painted', () => {
    const { ports, said, seen } = glass();
    seen.show(message('first-message'));
    ports.advance(59);
    seen.show(null);
    ports.advance(5000);
    expect(said).toEqual(['59 gone']);
  });

  it('that answers an answer is seen, though it comes before the answer has gone out', () => {
    const scene = glass((type) => {
      if (type === 'message.answered') scene.seen.show(message('the-reply'));
    });
    scene.seen.show(message('first-message'));
    scene.ports.advance(500);
    scene.seen.answer('first-message', 'yes');
    scene.ports.advance(500);
    expect(scene.said).toEqual([
      '60 message.shown first-message',
      '500 gone',
      '500 message.answered first-message',
      '505 screen.played first-message 440',
      '560 message.shown the-reply',
    ]);
  });
});
