import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type LoadedHqConfig, loadHqConfig } from './hq-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'kairos-hq-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function loaded(text: string): LoadedHqConfig {
  const file = join(folder, 'hq.yaml');
  writeFileSync(file, text);
  return loadHqConfig(file);
}

test('everything has a default', () => {
  expect(loaded('{}')).toMatchObject({
    config: { chainKey: null, loyalty: { prefixes: [], gsrn: true }, currency: 'EUR', timeZone: 'UTC' },
  });
});

test('the chain’s key stands in the file or in one that it names', () => {
  writeFileSync(join(folder, 'chain.key'), 'sixteen-characters-and-more\n');
  expect(loaded('chainKey: { file: chain.key }')).toMatchObject({
    config: { chainKey: 'sixteen-characters-and-more' },
  });
  expect(loaded('chainKey: seventeen-of-them')).toMatchObject({ config: { chainKey: 'seventeen-of-them' } });
});

test('what is wrong is said with its place', () => {
  const faults = (text: string): string => {
    const said = loaded(text);
    return said.kind === 'faulty' ? said.faults.join('\n') : '';
  };
  expect(faults('chainKey: short')).toContain('chainKey: give at least 16 characters');
  expect(faults('chainKey: { file: none.key }')).toContain('there is no file');
  expect(faults('timeZone: Europe/Berlino')).toContain('is no time zone');
  expect(faults('currency: euro')).toContain('ISO 4217');
});
