import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TextBuffer } from './text-buffer.ts';

test('quoted texts and numbers stand as JSON has them, whatever is in them', () => {
  const out = new TextBuffer();
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.double({ noNaN: true }), (text, number) => {
      out.addQuoted(text);
      out.add(' ');
      out.addNumber(number);
      expect(out.take()).toBe(`${JSON.stringify(text)} ${number}`);
    }),
  );
  for (const text of ['', 'plain', 'a "quoted" \\ one', 'zwölf', '\u007f', '\u2028', '👟', '\ud83d alone']) {
    out.addQuoted(text);
    expect(out.take()).toBe(JSON.stringify(text));
  }
});

test('whole numbers up to the greatest keep all their digits', () => {
  const out = new TextBuffer();
  const numbers = [0, -0, 9, 10, -10, 99, 100, 4_294_967_296, 1e15, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
  for (const number of numbers) {
    out.addNumber(number);
    expect(out.take()).toBe(String(number));
  }
  fc.assert(
    fc.property(fc.maxSafeInteger(), (number) => {
      out.addNumber(number);
      expect(out.take()).toBe(String(number));
    }),
  );
});

test('what does not fit makes room for itself, and nothing is left of the text before', () => {
  const out = new TextBuffer();
  const long = 'ä"b'.repeat(5000);
  out.add('first');
  out.add(long);
  out.addQuoted(long);
  expect(out.take()).toBe(`first${long}${JSON.stringify(long)}`);
  expect(out.take()).toBe('');
});
