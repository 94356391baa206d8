import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, it } from 'vitest';
import { judgeRelease, publicKeyOf, publicKeyText } from './signed-release.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const key = publicKeyOf(publicKeyText(publicKey))!;
const day = 86_400_000;
const file = { path: 'a/bread.yaml', text: 'dialogue: bread\n' };

function signed(change: object = {}): { manifest: string; signature: string } {
  const manifest = JSON.stringify({ format: 1, number: 7, madeAt: 0, expiresAt: 90 * day, files: [file], ...change });
  return { manifest, signature: sign(null, Buffer.from(manifest), privateKey).toString('base64') };
}
const judged = (answer: { manifest: string; signature: string }, inForce = 6, now = day) =>
  judgeRelease(answer, { key, inForce, now });

it('is taken where it is signed, whole, newer and still to be taken', () => {
  expect(judged(signed())).toMatchObject({ kind: 'good', manifest: { number: 7, files: [file] } });
});

it('is refused where anything of it was changed, a thousand times of a thousand', () => {
  const { manifest, signature } = signed();
  for (let index = 0; index < 1_000; index += 1) {
    const bytes = Buffer.from(manifest);
    bytes[index % bytes.length]! ^= 1 + (index % 7);
    expect(judged({ manifest: bytes.toString('latin1'), signature })).toMatchObject({ reason: 'not-signed-by-hq' });
  }
  const other = generateKeyPairSync('ed25519').privateKey;
  const forged = sign(null, Buffer.from(manifest), other).toString('base64');
  expect(judged({ manifest, signature: forged })).toMatchObject({ reason: 'not-signed-by-hq' });
  expect(judged({ manifest, signature: 'none' })).toMatchObject({ reason: 'not-signed-by-hq' });
});

it('is refused where it is not newer, or was to be taken earlier', () => {
  expect(judged(signed(), 7)).toMatchObject({ reason: 'older' });
  expect(judged(signed(), 8)).toMatchObject({ reason: 'older' });
  const again = (inForce: number) => judgeRelease(signed(), { key, inForce, now: day, isAgain: true });
  expect([again(7), again(8)]).toMatchObject([{ kind: 'good' }, { reason: 'older' }]);
  expect(judged(signed(), 6, 91 * day)).toMatchObject({ reason: 'expired' });
});

it('is refused where a later build has signed what this one does not know, or a path leads out of the folder', () => {
  expect(judged(signed({ format: 2 }))).toMatchObject({ reason: 'unreadable' });
  for (const path of ['../../bread.yaml', '/etc/bread.yaml', 'a/../../b.yaml', 'bread.sh'])
    expect(judged(signed({ files: [{ ...file, path }] }))).toMatchObject({ reason: 'unreadable' });
});

it('a key is 43 characters, and anything else is none', () => {
  expect(publicKeyText(publicKey)).toHaveLength(43);
  expect(publicKeyOf('too-short')).toBeNull();
});
