import { aliveEveryMs, type ScreenAlive } from '@kairos/protocol/screen-events.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { beforeEach, expect, it } from 'vitest';
import { ScreenWatch } from './screen-watch.ts';

let ports: ReturnType<typeof simulatedPorts>;
let watch: ScreenWatch;
let told: string[];

beforeEach(() => {
  ports = simulatedPorts({ startMs: 0, seed: 1 });
  told = [];
  watch = new ScreenWatch({ timers: ports.timers, onState: (_, state) => told.push(state) });
});

const sign = (version: number, isVisible = true): ScreenAlive => ({ version, painted: null, isVisible });
/** Signs of life for so long, of a page that holds this version. */
function live(ms: number, version: number, sent = version): void {
  for (let passed = 0; passed < ms; passed += aliveEveryMs) {
    watch.alive('screen-1', sign(version), sent);
    ports.advance(aliveEveryMs);
  }
}

it('a page that gives signs of life stays connected; without them it is frozen, and with the next one connected again', () => {
  watch.connected('screen-1');
  live(60_000, 1);
  expect(told).toEqual(['connected']);
  ports.advance(2 * aliveEveryMs);
  expect(told).toEqual(['connected', 'frozen']);
  watch.alive('screen-1', sign(1), 1);
  expect(told).toEqual(['connected', 'frozen', 'connected']);
});

it('a page that never gave a sign is believed', () => {
  watch.connected('screen-1');
  ports.advance(600_000);
  expect(told).toEqual(['connected']);
});

it('a page that cannot be seen is dark', () => {
  watch.connected('screen-1');
  watch.alive('screen-1', sign(1, false), 1);
  watch.alive('screen-1', sign(1), 1);
  expect(told).toEqual(['connected', 'dark', 'connected']);
});

it('a page that stays behind what it was sent is stale, until it has caught up', () => {
  watch.connected('screen-1');
  live(2 * aliveEveryMs, 1, 2);
  expect(told).toEqual(['connected', 'stale']);
  watch.alive('screen-1', sign(2), 2);
  expect(told).toEqual(['connected', 'stale', 'connected']);
});

it('a short absence is none; a longer one is lost; nobody is lost who is only sent home', () => {
  watch.connected('screen-1');
  watch.gone('screen-1');
  ports.advance(2_999);
  watch.connected('screen-1');
  ports.advance(10_000);
  expect(told).toEqual(['connected']);
  watch.gone('screen-1');
  ports.advance(3_000);
  expect(told).toEqual(['connected', 'lost']);
  watch.connected('screen-1');
  watch.close();
  watch.gone('screen-1');
  ports.advance(10_000);
  expect(told).toEqual(['connected', 'lost', 'connected']);
});

it('who does not come back after a start is lost', () => {
  watch.expect(['screen-1', 'screen-2']);
  watch.connected('screen-2');
  ports.advance(10_000);
  expect(watch.states).toEqual({ 'screen-1': 'lost', 'screen-2': 'connected' });
});
