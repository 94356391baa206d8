import { describe, expect, it } from 'vitest';
import { idleView as view } from '../test/idle-view.ts';
import { takeSnapshot, takeUpdate } from './held-view.ts';

const held = { version: 4, view };

describe('the held view', () => {
  it('replaces the parts that an update names and keeps the others', () => {
    const taken = takeUpdate(held, { version: 5, storeTime: 0, changes: { phase: 'shopping', zone: 'linen' } });
    expect(taken).toEqual({
      kind: 'applied',
      held: { version: 5, view: { ...view, phase: 'shopping', zone: 'linen' } },
    });
  });

  it('asks for the whole when a version is missing, and before anything is held', () => {
    expect(takeUpdate(held, { version: 6, storeTime: 0, changes: {} })).toEqual({ kind: 'gap', have: 4 });
    expect(takeUpdate(null, { version: 1, storeTime: 0, changes: {} })).toEqual({ kind: 'gap', have: 0 });
  });

  it('lets an update pass that it has applied already', () => {
    expect(takeUpdate(held, { version: 4, storeTime: 0, changes: { phase: 'goodbye' } })).toEqual({ kind: 'old' });
  });

  it('takes a snapshot with a lower version, because the store may have started anew', () => {
    expect(takeSnapshot({ version: 1, storeTime: 0, view })).toEqual({ kind: 'applied', held: { version: 1, view } });
  });

  it.each([
    null,
    'text',
    { version: 1 },
    { version: -1, view },
    { version: 1, view: { ...view, phase: 'dancing' } },
    { version: 1, view: { ...view, basket: { lines: [null], total: 0 } } },
    { version: 1, view: { ...view, message: { id: 'x' } } },
  ])('keeps what it holds when it is sent something unreadable: %j', (payload) => {
    expect(takeSnapshot(payload)).toEqual({ kind: 'unreadable' });
  });

  it('refuses an update that would leave a view that cannot be painted', () => {
    const changes = { basket: { lines: 'none' } };
    expect(takeUpdate(held, { version: 5, storeTime: 0, changes })).toEqual({ kind: 'unreadable' });
  });
});
