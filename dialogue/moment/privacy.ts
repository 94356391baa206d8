/**
 * Which surface may carry what: public (zone screens), near (the cart, the receipt, staff), own (e-mail, calls, mail,
 * web). Authors can raise a message's sensitivity and never lower it; here it is enforced (DESIGN section 5).
 */
import type { Channel } from '@kairos/protocol/facts.ts';
import type { Sensitivity } from '../compiled.ts';
import type { Subject } from '../engine/subject.ts';
import type { World } from '../engine/world.ts';
import type { SurfaceTerms } from './surface-terms.ts';

/** A public surface says nothing that fewer shoppers present have in common. */
const crowdMin = 5;
/** Her own wish to be greeted on screens around the store. */
const greetMe = 'greetOnScreens';

const carries: Record<Channel, number> = {
  screen: 0,
  cart: 1,
  receipt: 1,
  pos: 1,
  handheld: 1,
  email: 2,
  call: 2,
  mail: 2,
  web: 2,
};
/** `sensitive` goes where `near` may, and only with her opt-in. */
const needs: Record<Sensitivity, number> = { public: 0, near: 1, own: 2, sensitive: 1 };

export function maySay(
  { channel, sensitivity }: Pick<SurfaceTerms, 'channel' | 'sensitivity'>,
  subject: Subject,
): boolean {
  if (sensitivity === 'sensitive' && subject.person?.consent.sensitive !== true) return false;
  return carries[channel] >= needs[sensitivity] || (channel === 'screen' && wantsGreeting(subject));
}

function wantsGreeting({ person }: Subject): boolean {
  return person?.attributes[greetMe] === true;
}

/** Whether enough of those present are such that the same could be meant for them. */
export function hasCrowd(world: World, subject: Subject, dialogue: string): boolean {
  const plan = world.book.plan(dialogue);
  const audience = plan?.dialogue.audience ?? null;
  if (!plan || audience === null || wantsGreeting(subject)) return true;
  let crowd = 0;
  for (const other of world.present) {
    const scope = world.look(other, null);
    scope.measures = plan.measures;
    if (audience(scope)) crowd += 1;
    if (crowd >= crowdMin) return true;
  }
  return false;
}
