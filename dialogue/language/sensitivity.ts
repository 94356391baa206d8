/**
 * How personal a message is, and where it may be said (DESIGN section 5). A message is as sensitive as the most
 * sensitive of its words, of what lets her in and of whom it is for; authors can raise that, never lower it.
 */
import type { Channel, Strength } from '@kairos/protocol/facts.ts';
import type { CompiledSurface, Sensitivity } from '../compiled.ts';
import { highest, rankOf } from './cel/shape.ts';
import type { Planned } from './plan.ts';
import type { ProblemList } from './problem.ts';
import { inStoreChannels, type SurfaceDraft } from './surface-reader.ts';

/** What each channel may carry: everybody reads a zone screen, those beside her a cart, she alone her mail. */
const carries: Readonly<Record<Channel, Sensitivity>> = {
  screen: 'public',
  cart: 'near',
  pos: 'near',
  handheld: 'near',
  receipt: 'near',
  email: 'sensitive',
  call: 'sensitive',
  mail: 'sensitive',
  web: 'sensitive',
};

/** The surface as it will be compiled; reports what it may not carry. `history`: it speaks of more than this visit. */
export function settleSurface(
  draft: SurfaceDraft,
  trigger: Sensitivity,
  history: boolean,
  problems: ProblemList,
): Planned<CompiledSurface> {
  const found = highest(draft.words, trigger);
  const { raised } = draft;
  if (raised !== null && rankOf(raised.to) < rankOf(found)) {
    problems.error(
      'lowered-sensitivity',
      raised.at,
      `this message is "${found}" by what it says or by what sets it off; "${raised.to}" would lower that`,
      'the sensitivity can only be raised',
    );
  }
  const sensitivity = raised === null ? found : highest(raised.to, found);
  checkCarrier(draft, sensitivity, problems);
  const strength = draft.hasStrength ? draft.surface.strength : defaultStrength(draft.surface.channel, history);
  return { ...draft.surface, sensitivity, strength };
}

function checkCarrier(draft: SurfaceDraft, sensitivity: Sensitivity, problems: ProblemList): void {
  const { channel } = draft.surface;
  if (rankOf(sensitivity) <= rankOf(carries[channel])) return;
  if (channel === 'screen' && sensitivity === 'near') {
    problems.warn(
      'personal-on-public',
      draft.at,
      'a personal message on a screen that everybody reads: it speaks only where she asked to be greeted',
      'say it on the cart, or leave out what is hers alone',
    );
    return;
  }
  const where = channel === 'screen' ? 'which everybody reads' : 'which others beside her see or hear';
  problems.error(
    'too-sensitive',
    draft.at,
    `this message is "${sensitivity}", and "${channel}", ${where}, must not carry it`,
    'say it by email, mail, web or call',
  );
}

/** What was learnt before this visit is for whoever has shown who she is. */
function defaultStrength(channel: Channel, history: boolean): Strength {
  return history && inStoreChannels.includes(channel) ? 'strong' : 'guest';
}
