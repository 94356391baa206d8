/**
 * `npm run store -- devices | claim DEVICE | revoke DEVICE | broker-files DIR`, each with `--config FILE`: setting up
 * devices, and ending lost ones. The first three ask the running store on this machine, which alone knows the codes.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { toIso } from '@kairos/protocol/time.ts';
import type { Command } from 'commander';
import { Credentials, credentialFile } from '../broker/credentials.ts';
import type { DeviceState } from '../broker/doorkeeper.ts';
import { mosquittoFiles } from '../broker/mosquitto-files.ts';
import type { ClaimAnswer, DeviceList } from '../http/device-routes.ts';
import { ask, readConfig, saying, Unanswerable, withConfig } from './ask-store.ts';

export function deviceCommands(): Command[] {
  return [
    withConfig('devices', 'the devices of this store, and what each has to show')
      .option('--json', 'one JSON object', false)
      .action((options: { config: string; json: boolean }) => saying(() => list(options))),
    withConfig('claim', 'a one-time code by which a device gets credentials of its own')
      .argument('<device>')
      .option('--json', 'one JSON object', false)
      .action((device: string, options: { config: string; json: boolean }) => saying(() => claim(device, options))),
    withConfig('revoke', 'a device that is lost: its connection ends, and it is not let in again')
      .argument('<device>')
      .action((device: string, options: { config: string }) => saying(() => revoke(device, options))),
    withConfig('broker-files', 'the rules and the passwords of this store for a Mosquitto of your own')
      .argument('<folder>')
      .action((folder: string, options: { config: string }) => saying(() => writeBrokerFiles(folder, options))),
  ];
}

const stateWords: Readonly<Record<DeviceState, string>> = {
  claimed: 'has credentials of its own',
  revoked: 'revoked: claim it again to let it in',
  configured: 'has a token from the configuration',
  open: 'needs nothing: this store listens on its own machine alone',
  unclaimed: 'is not let in: claim it',
};

async function list({ config: file, json }: { config: string; json: boolean }): Promise<string> {
  const answer = await ask<DeviceList>(readConfig(file), 'GET', '/api/devices');
  if (json) return JSON.stringify(answer);
  return answer.devices
    .map(({ id, state, since, isConnected }) => {
      const when = since === null ? '' : ` since ${toIso(since)}`;
      return `${id.padEnd(20)} ${isConnected ? 'connected  ' : 'not there  '} ${stateWords[state]}${when}`;
    })
    .join('\n');
}

async function claim(device: string, { config: file, json }: { config: string; json: boolean }): Promise<string> {
  const answer = await ask<ClaimAnswer>(readConfig(file), 'POST', '/api/devices/claims', { device });
  if (json) return JSON.stringify(answer);
  return [
    `${answer.code}   for ${device}, once, within ${Math.round(answer.lifeMs / 60_000)} minutes. On the device:`,
    `npm run edge -- claim ${answer.code} --config edge.yaml`,
  ].join('\n');
}

async function revoke(device: string, { config: file }: { config: string }): Promise<string> {
  const config = readConfig(file);
  await ask(config, 'POST', '/api/devices/revocations', { device });
  const more = config.broker ? '; write the broker’s files anew, too: npm run store -- broker-files DIR' : '';
  return `${device} is revoked: it is not let in until it is claimed again${more}`;
}

async function writeBrokerFiles(folder: string, { config: file }: { config: string }): Promise<string> {
  const config = readConfig(file);
  const { username, password } = config.broker ?? {};
  if (username === undefined || password === undefined) {
    throw new Unanswerable('give the store a name and a password for that broker: broker: { url, username, password }');
  }
  const credentials = new Credentials(credentialFile(config.data));
  const where = resolve(folder);
  const files = mosquittoFiles({ config, credentials, storeUser: { name: username, password }, folder: where });
  mkdirSync(where, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(where, name), text, { mode: 0o640 });
  return `written to ${where}: ${Object.keys(files).join(', ')}. Include kairos.conf in Mosquitto’s configuration and send it a SIGHUP.`;
}
