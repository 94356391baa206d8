import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHash, createKeyedHash } from './text-hash.ts';

const texts = fc.array(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constant('long '.repeat(400))), {
  minLength: 1,
  maxLength: 6,
});

test('texts of every length around a block, and keys longer than one, are hashed alike', () => {
  const hash = createHash();
  for (const key of ['', 'chain', 'k'.repeat(64), 'k'.repeat(65), 'schlüssel'.repeat(20)]) {
    const keyed = createKeyedHash(key);
    for (let length = 0; length < 600; length += 1) {
      const text = 'x'.repeat(length);
      const bytes = utf8ToBytes(`run\u001f${text}`);
      expect(hash(['run', text])).toEqual(sha256(bytes));
      expect(keyed(['run', text])).toEqual(hmac(sha256, utf8ToBytes(key), bytes));
    }
  }
});

test('whatever was hashed before, a hash is that of the texts with separators between them', () => {
  const hash = createHash();
  const keyed = createKeyedHash('chain');
  fc.assert(
    fc.property(texts, (parts) => {
      const bytes = utf8ToBytes(parts.join('\u001f'));
      expect(hash(parts)).toEqual(sha256(bytes));
      expect(keyed(parts)).toEqual(hmac(sha256, utf8ToBytes('chain'), bytes));
    }),
  );
});
