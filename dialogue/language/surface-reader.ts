/**
 * Reads the surfaces on which a message may speak: a channel, the moment, the words. What a message may say where is
 * decided later, when the whole dialogue is known (`sensitivity.ts`).
 */
import { type Channel, channels, strengths } from '@kairos/protocol/facts.ts';
import type { CompiledSurface, MomentName, Sensitivity } from '../compiled.ts';
import { roughMs } from './amounts.ts';
import { sensitivities } from './attribute-reader.ts';
import type { Uses } from './cel/expression-scope.ts';
import { type Reading, readLocalText } from './condition-reader.ts';
import type { DialogueScopes } from './dialogue-scopes.ts';
import {
  authorNamePattern,
  type Field,
  type Fields,
  readFields,
  readName,
  readSpan,
  readWhole,
  readWord,
  textOf,
} from './node-reader.ts';
import type { Planned, PlannedRender } from './plan.ts';
import type { Place } from './problem.ts';
import { textLengthMax } from './text/liquid.ts';
import { readZones } from './zone-reader.ts';

/** A surface with what the later checks need of it. */
export interface SurfaceDraft {
  readonly at: Place;
  readonly textAt: Place;
  readonly surface: Planned<CompiledSurface>;
  /** What the words themselves bring. */
  readonly words: Sensitivity;
  /** Raised by the author. */
  readonly raised: { readonly to: Sensitivity; readonly at: Place } | null;
  readonly hasStrength: boolean;
}

export interface SayContext {
  readonly scopes: DialogueScopes;
  readonly reading: Reading;
  /** Type III, entered by a dwell or a zone: what is said there has no sense elsewhere. */
  readonly isLocal: boolean;
  /** Reads where a step leads, and notes that it does. */
  readonly next: (field: Field | undefined) => string;
  /** How a reward is called that is written within the message. */
  readonly rewardName: string;
}

const surfaceNames = [
  'moment',
  'where',
  'leaving',
  'strength',
  'sensitivity',
  'text',
  'say',
  'subject',
  'body',
  'know',
  'needs',
  'to',
  'again',
  'approve',
];
const moments = ['any', 'arriving', 'dwelling', 'at-rest', 'walking', 'at-till', 'leaving'] as const;
const defaultMoments: Readonly<Partial<Record<Channel, MomentName>>> = {
  cart: 'at-rest',
  pos: 'at-till',
  receipt: 'at-till',
};
/** Channels on which a person speaks for the store. */
const humanChannels: readonly Channel[] = ['handheld', 'pos', 'call'];
export const inStoreChannels: readonly Channel[] = ['cart', 'screen', 'handheld', 'pos'];
const letterLengthMax = 4000;

export function isChannel(name: string): name is Channel {
  return (channels as readonly string[]).includes(name);
}

/** Reads one surface, named by its channel; a bare text is its text. */
export function readSurface(found: Field, context: SayContext): SurfaceDraft | null {
  const { reading } = context;
  const channel = found.name as Channel;
  const isBare = textOf(found.value) !== null;
  const fields: Fields | null = isBare
    ? new Map([['text', { name: 'text', at: found.at, value: found.value }]])
    : readFields(found.value, `the channel "${channel}"`, surfaceNames, reading.problems, found.at);
  if (fields === null) return null;
  const uses: Uses = { entryPaths: context.scopes.entryPaths, sensitivity: 'public' };
  const textField = fields.get('text') ?? fields.get('say') ?? fields.get('subject');
  if (textField === undefined) {
    reading.problems.error(
      'no-text',
      found.at,
      `the message on "${channel}" has no words`,
      channel === 'pos' || channel === 'call' ? 'add say: "…"' : 'add text: "…"',
    );
  }
  const text = textField === undefined ? null : readWords(textField, textLengthMax, uses, context);
  const body = readOptional(fields.get('body'), letterLengthMax, uses, context);
  const know = readOptional(fields.get('know'), textLengthMax, uses, context);
  const raised = readRaised(fields.get('sensitivity'), context);
  const place = readPlaceOf(fields, channel, context);
  const human = readHuman(fields, channel, context);
  if (text === null) return null;
  return {
    at: found.at,
    textAt: textField?.at ?? found.at,
    words: uses.sensitivity,
    raised,
    hasStrength: fields.has('strength'),
    surface: { channel, ...place, sensitivity: uses.sensitivity, text, body, know, ...human },
  };
}

function readWords(found: Field, lengthMax: number, uses: Uses, context: SayContext): PlannedRender | null {
  return readLocalText(found, { scope: context.scopes.run, uses, lengthMax }, context.reading);
}

function readOptional(
  found: Field | undefined,
  lengthMax: number,
  uses: Uses,
  context: SayContext,
): PlannedRender | null {
  return found === undefined ? null : readWords(found, lengthMax, uses, context);
}

function readRaised(found: Field | undefined, { reading }: SayContext): SurfaceDraft['raised'] {
  if (found === undefined) return null;
  const to = readWord(found, 'the sensitivity', sensitivities, reading.problems);
  return to === null ? null : { to, at: found.at };
}

function readPlaceOf(
  fields: Fields,
  channel: Channel,
  { reading, isLocal }: SayContext,
): Pick<CompiledSurface, 'moment' | 'zones' | 'perishesOnLeaving' | 'strength'> {
  const { problems } = reading;
  const momentField = fields.get('moment');
  const moment = momentField === undefined ? null : readWord(momentField, 'the moment', moments, problems);
  const whereField = fields.get('where');
  const leavingField = fields.get('leaving');
  const leaving =
    leavingField === undefined ? null : readWord(leavingField, '"leaving"', ['withdraw', 'keep'], problems);
  const strengthField = fields.get('strength');
  const strength = strengthField === undefined ? null : readWord(strengthField, 'the strength', strengths, problems);
  const onFloor = channel === 'cart' || channel === 'screen' || channel === 'handheld';
  return {
    moment: moment ?? defaultMoments[channel] ?? 'any',
    zones:
      whereField === undefined ? null : textOf(whereField.value) === 'here' ? 'here' : readZones(whereField, reading),
    perishesOnLeaving: leaving === null ? isLocal && onFloor : leaving === 'withdraw',
    strength: strength ?? 'guest',
  };
}

function readHuman(
  fields: Fields,
  channel: Channel,
  context: SayContext,
): Pick<CompiledSurface, 'needs' | 'to' | 'again' | 'approve'> {
  const { problems } = context.reading;
  const toField = fields.get('to');
  const againField = fields.get('again');
  const approveField = fields.get('approve');
  if (toField !== undefined && !humanChannels.includes(channel)) {
    problems.error(
      'not-human',
      toField.at,
      `nobody speaks on "${channel}", so it goes to no role`,
      `"to" belongs to handheld, pos and call`,
    );
  }
  const needsField = fields.get('needs');
  return {
    needs: needsField === undefined ? null : readName(needsField, 'a role', authorNamePattern, 'a word', problems),
    to: toField === undefined ? null : readTo(toField, channel, context),
    again: againField === undefined ? null : readAgain(againField, context),
    approve: approveField === undefined ? null : readApprove(approveField, context),
  };
}

const defaultClaimMs = { inStore: 2 * 60_000, elsewhere: 24 * 3_600_000 };

function readTo(found: Field, channel: Channel, { reading, next }: SayContext): CompiledSurface['to'] {
  const { problems } = reading;
  const claimDefault = channel === 'call' ? defaultClaimMs.elsewhere : defaultClaimMs.inStore;
  if (textOf(found.value) !== null) {
    const role = readName(found, 'a role', authorNamePattern, 'a word', problems);
    return role === null ? null : { role, claimWithinMs: claimDefault, else: 'end' };
  }
  const fields = readFields(found.value, '"to"', ['role', 'claimWithin', 'else', 'full'], problems, found.at);
  const roleField = fields?.get('role');
  const full = fields?.get('full');
  if (full !== undefined && channel !== 'call') {
    const message = `nobody counts how many a day are said on "${channel}", so it is never full`;
    problems.error('never-full', full.at, message, '"full" belongs to call; "else" follows when nobody takes it on');
  }
  if (fields === null || roleField === undefined) {
    if (fields !== null) problems.error('missing', found.at, '"to" says to which role', 'to: { role: stylist }');
    return null;
  }
  const role = readName(roleField, 'a role', authorNamePattern, 'a word', problems);
  const claim = fields.get('claimWithin');
  const span = claim === undefined ? null : readSpan(claim, '"claimWithin"', problems);
  return role === null
    ? null
    : {
        role,
        claimWithinMs: span === null ? claimDefault : roughMs(span),
        else: next(fields.get('else')),
        ...(full === undefined ? {} : { full: next(full) }),
      };
}

function readAgain(found: Field, { reading }: SayContext): CompiledSurface['again'] {
  const fields = readFields(found.value, '"again"', ['after', 'max'], reading.problems, found.at);
  const afterField = fields?.get('after');
  const maxField = fields?.get('max');
  if (fields === null) return null;
  if (afterField === undefined || maxField === undefined) {
    reading.problems.error(
      'missing',
      found.at,
      '"again" says after how long, and how often',
      'again: { after: 1d, max: 3 }',
    );
    return null;
  }
  const after = readSpan(afterField, '"after"', reading.problems);
  const max = readWhole(maxField, '"max"', 1, 20, reading.problems);
  return after === null || max === null ? null : { after, max };
}

function readApprove(found: Field, { reading, next }: SayContext): CompiledSurface['approve'] {
  const fields = readFields(found.value, '"approve"', ['by', 'within', 'else'], reading.problems, found.at);
  const byField = fields?.get('by');
  const withinField = fields?.get('within');
  if (fields === null) return null;
  if (byField === undefined || withinField === undefined) {
    reading.problems.error(
      'missing',
      found.at,
      '"approve" says who signs, and how long that may take',
      'approve: { by: executive, within: 5d, else: … }',
    );
    return null;
  }
  const by = readName(byField, 'who signs', authorNamePattern, 'a word', reading.problems);
  const within = readSpan(withinField, '"within"', reading.problems);
  return by === null || within === null ? null : { by, within, else: next(fields.get('else')) };
}
