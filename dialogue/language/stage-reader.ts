/** Reads stages: store-wide, they bind every dialogue's messages and rewards. */
import type { CompiledStage } from '../compiled.ts';
import { noUses } from './cel/expression-scope.ts';
import { type Reading, readTest } from './condition-reader.ts';
import { type Field, readFields, readRate, readShare } from './node-reader.ts';
import type { Planned } from './plan.ts';

export function readStages(fields: readonly Field[], reading: Reading): readonly Planned<CompiledStage>[] {
  return fields.flatMap((each) => {
    const stage = readStage(each, reading);
    return stage === null ? [] : [stage];
  });
}

function readStage(found: Field, reading: Reading): Planned<CompiledStage> | null {
  const { problems, words } = reading;
  const fields = readFields(
    found.value,
    `the stage "${found.name}"`,
    ['when', 'messages', 'rewardMax'],
    problems,
    found.at,
  );
  if (fields === null) return null;
  const condition = fields.get('when');
  if (condition === undefined) {
    problems.error('missing', found.at, `the stage "${found.name}" says to whom it applies`, 'when: onlineVisits < 4');
    return null;
  }
  const when = readTest(condition, { ...words.base, visit: null }, noUses(), reading);
  const messagesField = fields.get('messages');
  const messages = messagesField === undefined ? null : readRate(messagesField, '"messages"', problems);
  const rewardField = fields.get('rewardMax');
  const rewardMax = rewardField === undefined ? null : readShare(rewardField, '"rewardMax"', 1000, problems);
  return when === null ? null : { name: found.name, when, messages, rewardMax };
}
