/**
 * The same doors for Mosquitto, as the files that it reads: who it knows, and what each may say and hear. Nothing is
 * allowed that these do not allow. Wildcards, `$SYS` and other people's topics are nobody's; a will is a publish.
 */
import { deviceTopics, everyDevice } from '@kairos/protocol/topics.ts';
import type { StoreConfig } from '../config.ts';
import { type Credentials, mosquittoHash } from './credentials.ts';

export interface MosquittoFiles {
  readonly 'kairos.acl': string;
  readonly 'kairos.passwd': string;
  readonly 'kairos.conf': string;
}

/** `storeUser` is the store itself; a device without a secret of its own is not in the files, and so not let in. */
export function mosquittoFiles(options: {
  readonly config: Pick<StoreConfig, 'devices' | 'gateways'>;
  readonly credentials: Credentials;
  readonly storeUser: { readonly name: string; readonly password: string };
  /** Where Mosquitto will find them. */
  readonly folder: string;
}): MosquittoFiles {
  const { config, credentials, storeUser, folder } = options;
  const topicsFrom = (side: 'device' | 'store'): string[] =>
    Object.entries(deviceTopics).flatMap(([name, { from }]) => (from === side ? [name] : []));
  const [said, heard] = [topicsFrom('device'), topicsFrom('store')];
  const leaf = (name: string): string => everyDevice(name as keyof typeof deviceTopics);
  const gateways = config.gateways.filter(({ username }) => username !== undefined);
  const nameless = config.gateways.filter(({ username }) => username === undefined);
  const acl = [
    '# Written by the store; changes are lost with the next time.',
    ...nameless.map(({ topic }) => `topic write ${topic}`),
    `user ${storeUser.name}`,
    ...said.map((name) => `topic read ${leaf(name)}`),
    ...heard.map((name) => `topic write ${leaf(name)}`),
    ...config.gateways.map(({ topic }) => `topic read ${topic}`),
    ...gateways.flatMap(({ username, topic }) => [`user ${username}`, `topic write ${topic}`]),
    ...[...hashesOf(config, credentials).keys()].flatMap((device) => [
      `user ${device}`,
      ...said.map((name) => `topic write ${leaf(name).replace('+', device)}`),
      ...heard.map((name) => `topic read ${leaf(name).replace('+', device)}`),
    ]),
  ];
  const users = new Map([[storeUser.name, mosquittoHash(storeUser.password)], ...hashesOf(config, credentials)]);
  for (const { username, token } of gateways)
    if (token !== undefined) users.set(username as string, mosquittoHash(token));
  return {
    'kairos.acl': `${acl.join('\n')}\n`,
    'kairos.passwd': `${[...users].map(([name, hash]) => `${name}:${hash}`).join('\n')}\n`,
    'kairos.conf': `${[
      `acl_file ${folder}/kairos.acl`,
      `password_file ${folder}/kairos.passwd`,
      `allow_anonymous ${nameless.length > 0}`,
      // Nobody may end the connection of another by taking its client id.
      'use_username_as_clientid true',
      `max_packet_size ${256 * 1024}`,
    ].join('\n')}\n`,
  };
}

function hashesOf(config: Pick<StoreConfig, 'devices'>, credentials: Credentials): Map<string, string> {
  const hashes = new Map(credentials.mosquittoHashes().filter(([device]) => config.devices.has(device)));
  for (const { id, token } of config.devices.values()) {
    if (token !== null && credentials.stateOf(id) === null) hashes.set(id, mosquittoHash(token));
  }
  return hashes;
}
