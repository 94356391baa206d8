/** `npm run edge -- calibrate` as a person runs it: a real process, a reader on a pseudo-terminal, answers on its input. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calibration } from '@kairos/protocol/calibration.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { expect, it } from 'vitest';
import { SerialCable } from './serial-cable.ts';

const beacons = ['aaaaaaaaaa01', 'aaaaaaaaaa02', 'aaaaaaaaaa03'];
const plan = `name: Hall
width: 20
height: 10
zones:
  - { id: west, name: West, polygon: [[0, 0], [10, 0], [10, 10], [0, 10]] }
  - { id: east, name: East, polygon: [[10, 0], [20, 0], [20, 10], [10, 10]] }
anchors:
${beacons.map((address, index) => `  - { address: ${address}, at: [${index * 10}, 5, 2] }`).join('\n')}
`;

it('writes what was heard in each zone, of the store’s own beacons alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-calibrate-'));
  const cable = new SerialCable(join(folder, 'shelves'));
  await cable.plugIn();
  writeFileSync(join(folder, 'floor-plan.yaml'), plan);
  const reader = `{ name: shelves, kind: absniffer, path: ${folder}/shelves }`;
  const config = `device: cart-01\nstore: { url: "mqtt://127.0.0.1:9" }\nisolateReaders: false\nreaders: [${reader}]\n`;
  writeFileSync(join(folder, 'edge.yaml'), config);
  const main = new URL('../main.ts', import.meta.url).pathname;
  const args = ['calibrate', '--config', 'edge.yaml', '--seconds', '3', '--out', 'calibration.json'];
  const walk = spawn(process.execPath, [main, ...args], { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  let zone = 0;
  walk.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  walk.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    for (const _ of text.matchAll(/press Enter|Press Enter/g)) walk.stdin.write('\n');
    if (text.includes('"West" is fine')) zone = 1;
  });
  let isOver = false;
  const speak = (): void => {
    if (isOver) return;
    const levels = zone === 0 ? [-60, -70, -80] : [-80, -70, -60];
    const lines = [...beacons, 'c0ffee000000'].map(
      (address, index) => `OK+SCAN:${address.toUpperCase()},${levels[index] ?? -50},3,3,020106\r\n`,
    );
    void cable.write(lines.join(''));
    systemPorts.timers.after(200, speak);
  };
  speak();
  const code = await new Promise((resolve) => walk.once('exit', resolve));
  isOver = true;
  await cable.pullOut();
  expect(code, said).toBe(0);
  const { fingerprints } = calibration.parse(JSON.parse(readFileSync(join(folder, 'calibration.json'), 'utf8')));
  rmSync(folder, { recursive: true });
  expect(fingerprints.map((one) => one.zone)).toEqual(['west', 'east']);
  expect(fingerprints[0]?.heard).toMatchObject(
    [-60, -70, -80].map((mean, index) => ({ anchor: beacons[index], mean })),
  );
  expect(fingerprints[1]?.heard[0]).toMatchObject({ anchor: beacons[2] });
  expect(said).not.toContain('c0ffee');
});
