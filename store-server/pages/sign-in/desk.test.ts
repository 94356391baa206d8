import { describe, expect, it } from 'vitest';
import { type Desk, destinationOf, emptyDesk, entered, erased, keyed, refused } from './desk.ts';

const type = (desk: Desk, text: string): Desk => [...text].reduce(keyed, desk);
const at = (badge: string): Desk => entered(type(emptyDesk, badge)).desk;

describe('the sign-in page', () => {
  it('takes a badge, then a PIN, then asks; a badge that is too short leads nowhere', () => {
    expect(entered(type(emptyDesk, '12')).desk.stage).toBe('badge');
    const { desk, question } = entered(type(at('1001'), '314159'));
    expect(question).toEqual({ path: '/api/sign-in', body: { badge: '1001', pin: '314159' } });
    expect(keyed(desk, '7').pin).toBe('314159');
    expect(erased(type(at('1001'), '31')).pin).toBe('3');
  });

  it('takes a code and the same PIN twice', () => {
    const code = entered(type({ ...at('1001'), stage: 'code' }, 'K7QM4XTD')).desk;
    const again = entered(type(code, '314159')).desk;
    expect(entered(type(again, '314158')).desk).toMatchObject({ stage: 'new-pin', said: { kind: 'notSame' } });
    expect(entered(type(again, '314159')).question).toEqual({
      path: '/api/sign-in/pin',
      body: { badge: '1001', pin: '314159', code: 'K7QM4XTD' },
    });
  });

  it('keeps no PIN after a refusal, and says when to try again', () => {
    const asked = entered(type(at('1001'), '314159')).desk;
    expect(refused(asked, { reason: 'wrong', triesLeft: 2 })).toMatchObject({ pin: '', said: { triesLeft: 2 } });
    expect(refused(asked, { reason: 'wrong', triesLeft: 0, until: 7 }).said).toEqual({ kind: 'locked', until: 7 });
    expect(refused(asked, { reason: 'wrong-code' })).toMatchObject({ stage: 'code', code: '' });
  });

  it('leads back where she came from, and never to another site', () => {
    expect(destinationOf('manager', '/manager/#/plan')).toBe('/manager/#/plan');
    expect(destinationOf('associate', null)).toBe('/handheld/');
    for (const elsewhere of ['//evil.example/', 'https://evil.example/', '/\\evil.example', 'javascript:1', '/'])
      expect(destinationOf('manager', elsewhere)).toBe('/manager/');
  });
});
