/**
 * `npm run store -- devices | claim DEVICE | revoke DEVICE | broker-files DIR`, each with `--config FILE`: setting up
 * devices, and ending lost ones. The first three ask the running store on this machine, which alone knows the codes.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { toIso } from '@kairos/protocol/time.ts';
import { Command } from 'commander';
import { Credentials, credentialFile } from '../broker/credentials.ts';
import type { DeviceState } from '../broker/doorkeeper.ts';
import { mosquittoFiles } from '../broker/mosquitto-files.ts';
import { faultsText, loadConfig, type StoreConfig } from '../config.ts';
import type { ClaimAnswer, DeviceList } from '../http/device-routes.ts';

/** A store on this machine that does not answer is not there. */
const answerMaxMs = 5_000;

/** A fault that is said and ends the command. */
class Unanswerable extends Error {}

export function deviceCommands(): Command[] {
  const withConfig = (name: string, about: string): Command =>
    new Command(name).description(about).requiredOption('--config <file>', 'the store’s configuration, YAML');
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

async function saying(run: () => Promise<string>): Promise<void> {
  try {
    process.stdout.write(`${await run()}\n`);
  } catch (error) {
    if (!(error instanceof Unanswerable)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
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

function readConfig(file: string): StoreConfig {
  const loaded = loadConfig({ file, environment: process.env });
  if (loaded.kind === 'faulty') throw new Unanswerable(faultsText(loaded.faults));
  return loaded.config;
}

function ask<Answer>(config: StoreConfig, method: string, path: string, body?: object): Promise<Answer> {
  let port: number;
  try {
    port = (JSON.parse(readFileSync(join(config.data, 'runtime.json'), 'utf8')) as { httpPort: number }).httpPort;
  } catch {
    throw new Unanswerable(
      `the store is not running (there is no ${join(config.data, 'runtime.json')}); start it first`,
    );
  }
  const text = body === undefined ? '' : JSON.stringify(body);
  return new Promise((done, failed) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        timeout: answerMaxMs,
        headers: text === '' ? {} : { 'content-type': 'application/json' },
      },
      (response) => {
        let heard = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          heard += chunk;
        });
        response.on('end', () => {
          const answer = parsed(heard);
          if (response.statusCode === 200) done(answer as Answer);
          else
            failed(
              new Unanswerable(`the store says no: ${(answer as { reason?: string }).reason ?? response.statusCode}`),
            );
        });
      },
    );
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', (error) =>
      failed(new Unanswerable(`the store on port ${port} does not answer (${error.message})`)),
    );
    asked.end(text);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
