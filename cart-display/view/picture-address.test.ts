import { expect, it } from 'vitest';
import { pictureAddress } from './picture-address.ts';

const store = 'https://store.example:8443';

it('is a file of the store’s own folder', () => {
  expect(pictureAddress('/pictures/suits.ask.webp', store)).toBe('https://store.example:8443/pictures/suits.ask.webp');
});

it.each([
  'https://elsewhere.example/pictures/a.webp',
  '//elsewhere.example/pictures/a.webp',
  '/pictures/../api/why',
  '/pictures/%2e%2e/api/why',
  '/pictures/a/b.webp',
  '/pictures/a.webp?who=ada',
  '/api/why',
  'javascript:alert(1)',
  'data:image/svg+xml,<svg onload=alert(1)>',
  '/pictures/',
  '',
])('is nowhere for %s', (path) => {
  expect(pictureAddress(path, store)).toBeNull();
});
