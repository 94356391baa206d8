import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Scope } from '../../compiled.ts';
import { createTextLinker } from './render.ts';

const link = createTextLinker({ defaultLocale: 'en', defaults: { tier: 'friend' }, measures: ['visits'] });
const scope: Scope = {
  fact: null,
  line: null,
  entry: { zone: 'suits', 'line.name': 'Drill' },
  answers: { ask: { cause: 'price' } },
  rewards: { voucher: { value: 125, until: 1_798_070_400_000 } },
  customer: { firstName: 'Anna', consent: { email: true } },
  visit: { minutes: 4 },
  store: { name: 'Corner shop', currency: 'EUR', timeZone: 'Europe/Berlin' },
  variant: null,
  now: 1_798_070_400_000,
  measure: () => 9,
};
const nameless: Scope = { ...scope, customer: {}, entry: {}, answers: {}, rewards: {}, visit: null };

function say(text: string, from: Scope = scope, locale = 'en'): string {
  return link({ byLocale: { en: text }, lengthMax: 500 })(from, locale);
}

test.each([
  ['{{ customer.firstName }}, see the suits?', 'Anna, see the suits?', 'See the suits?'],
  ['Welcome, {{ customer.firstName }}!', 'Welcome, Anna!', 'Welcome!'],
  ['Hello {{ customer.firstName }}, good to see you.', 'Hello Anna, good to see you.', 'Hello, good to see you.'],
  ["{{ customer.firstName | default: '' }}: something new.", 'Anna: something new.', 'Something new.'],
  ['Schön, {{ customer.firstName }}, dass Sie da sind.', 'Schön, Anna, dass Sie da sind.', 'Schön, dass Sie da sind.'],
  ['مرحباً {{ customer.firstName }}، أهلاً بك.', 'مرحباً Anna، أهلاً بك.', 'مرحباً، أهلاً بك.'],
  ['Your {{ entry.line.name }} is ready. Come by.', 'Your Drill is ready. Come by.', 'Come by.'],
  ['Your {{ entry.line.name }} is ready.', 'Your Drill is ready.', 'Your is ready.'],
  ['{{ customer.tier }}', 'friend', 'friend'],
  ['{{ rewards.voucher.value | percent }} off', '12.5% off', 'Off'],
  ["{{ answers.ask.cause | default: 'trouble' }}", 'price', 'trouble'],
  ['{{ visits }} visits', '9 visits', '9 visits'],
  ['{% if visit.minutes > 3 %}Still here?{% else %}Hello.{% endif %}', 'Still here?', 'Hello.'],
  ['{{ rewards.voucher.until | day }}', '24 December', '…'],
])('%s: with the values, and without', (text, known, missing) => {
  expect(say(text, scope, 'en-GB').replace('December 24', '24 December')).toBe(known);
  expect(say(text, nameless)).toBe(missing);
});

test('hers, her language, the language of a sister, the house’s, the first', () => {
  const text = { byLocale: { fr: 'Bonjour', en: 'Hello', 'de-CH': 'Grüezi', es: 'Hola' }, lengthMax: 500 };
  const render = link(text);
  const said = ['de-CH', 'de', 'es-MX', 'en-GB', 'ja'].map((locale) => render(scope, locale));
  expect(said).toEqual(['Grüezi', 'Grüezi', 'Hola', 'Hello', 'Hello']);
  expect(link({ byLocale: { fr: 'Bonjour' }, lengthMax: 500 })(scope, 'ja')).toBe('Bonjour');
});

test('values are plain text: no control characters, no turned direction, nothing of the template', () => {
  const from = { ...scope, customer: { firstName: 'A\u0000n\u202en\u2066a<b>{{ store.name }}\n' } };
  expect(say('{{ customer.firstName }}!', from)).toBe('Anna<b>{{ store.name }}!');
});

test('a letter keeps its lines, a name none', () => {
  const from = { ...scope, customer: { firstName: 'An\nna' } };
  expect(say('Dear {{ customer.firstName }},\n\nthe suits are here.', from)).toBe('Dear An na,\n\nthe suits are here.');
});

test('money is written as the reader’s language writes it', () => {
  const from = { ...scope, rewards: { voucher: { value: 1250 } } };
  expect(say('{{ rewards.voucher.value | money }}', from)).toBe('€12.50');
  const render = link({ byLocale: { de: '{{ rewards.voucher.value | money }}' }, lengthMax: 500 });
  expect(render(from, 'de').replace(/\s/g, ' ')).toBe('12,50 €');
  expect(say('{{ rewards.voucher.value | money }}', { ...from, store: { ...scope.store, currency: 'JPY' } })).toBe(
    '¥1,250',
  );
});

test('what people typed is cut, at a word', () => {
  const from = { ...scope, customer: { firstName: 'word '.repeat(300) } };
  const said = say('{{ customer.firstName }}', from);
  expect(said.length).toBeLessThanOrEqual(500);
  expect(said.endsWith('word…')).toBe(true);
});

test('whatever the values are, it neither throws nor shows a mark', () => {
  const value = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.integer(),
    fc.boolean(),
    fc.double(),
    fc.constant(null),
    fc.object(),
  );
  const template = fc.constantFrom(
    '{{ customer.firstName }}, hello.',
    '{{ customer.firstName | upcase | truncate: 5 }}',
    '{{ customer.firstName | plus: 3 }}',
    '{{ customer.firstName | money }} {{ customer.firstName | day }} {{ customer.firstName | percent }}',
    '{% case customer.firstName %}{% when "x" %}X{% else %}{{ customer.firstName.length }}{% endcase %}',
  );
  fc.assert(
    fc.property(template, value, (text, firstName) => {
      const said = say(text, { ...scope, customer: { firstName } });
      expect(said).not.toMatch(/[\ue000\p{Cc}\p{Bidi_Control}]|\[object/u);
      expect(said.trim()).not.toBe('');
    }),
    { numRuns: 500 },
  );
});
