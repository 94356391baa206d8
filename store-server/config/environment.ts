/**
 * Settings from the environment: KAIROS_ and the key path, `listen.mqttPath` as KAIROS_LISTEN_MQTT_PATH. Single values
 * only; lists belong into the file. They win over the file.
 */

import { closest } from '@kairos/protocol/closest.ts';
import type { ConfigFault } from '@kairos/protocol/config-fault.ts';
import { parse } from 'yaml';
import type { Setting } from './document.ts';

const settable: readonly (readonly [string, ...string[]])[] = [
  ['store', 'id'],
  ['store', 'title'],
  ['store', 'timeZone'],
  ['store', 'currency'],
  ['store', 'locale'],
  ['listen', 'host'],
  ['listen', 'http'],
  ['listen', 'https'],
  ['listen', 'mqtt'],
  ['listen', 'mqttPath'],
  ['broker', 'url'],
  ['broker', 'username'],
  ['broker', 'password'],
  ['data'],
  ['floorPlan'],
  ['goods'],
  ['customers'],
  ['staff'],
  ['dialogues'],
  ['chainKey'],
  ['hq', 'url'],
  ['hq', 'token'],
  ['hq', 'releaseKey'],
  ['hq', 'trickleMinutes'],
  ['visit', 'quietMinutes'],
  ['journal', 'groupMs'],
  ['journal', 'snapshotEveryFacts'],
  ['limits', 'messagesPerSecond'],
  ['limits', 'messagesAtOnce'],
  ['limits', 'clients'],
  ['limits', 'payloadBytes'],
  ['test', 'ackBeforeCommit'],
  ['test', 'slowCommitMs'],
  ['test', 'cheapPins'],
];

/** Values that are text, whatever they look like. */
const textKeys = ['id', 'title', 'username', 'password', 'chainKey', 'host', 'token', 'releaseKey'];

function variableOf(path: readonly string[]): string {
  return `KAIROS_${path.map((key) => key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()).join('_')}`;
}

/** Other programs of ours read KAIROS_ variables too: only one that begins with a section of this file is judged. */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): {
  settings: Setting[];
  faults: ConfigFault[];
} {
  const byVariable = new Map(settable.map((path) => [variableOf(path), path]));
  const heads = [...new Set(settable.filter((path) => path.length > 1).map((path) => `${variableOf([path[0]])}_`))];
  const settings: Setting[] = [];
  const faults: ConfigFault[] = [];
  for (const [variable, text] of Object.entries(environment)) {
    if (text === undefined || !variable.startsWith('KAIROS_')) continue;
    const path = byVariable.get(variable);
    if (path) {
      settings.push({ variable, path, value: textKeys.includes(path.at(-1) as string) ? text : scalarOf(text) });
    } else if (heads.some((head) => variable.startsWith(head))) {
      const guess = closest(variable, [...byVariable.keys()]);
      const advice = guess === null ? 'unset it' : `did you mean ${guess}?`;
      const message = `sets nothing; ${advice}`;
      faults.push({ reason: 'unknown-key', where: variable, line: null, column: null, path: '', value: '', message });
    }
  }
  return { settings, faults };
}

function scalarOf(text: string): unknown {
  try {
    const value: unknown = parse(text);
    return typeof value === 'object' ? text : value;
  } catch {
    return text;
  }
}
