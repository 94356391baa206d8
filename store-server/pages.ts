/** The pages that the store serves, and where they were built. */
import { resolve } from 'node:path';
import type { Page } from './http/pages.ts';

export const storePages: readonly Page[] = [
  {
    path: '/cart/',
    title: 'Cart',
    says: 'a cart’s screen; name the cart: /cart/?cart=cart-01',
    folder: resolve(import.meta.dirname, '../cart-display/dist'),
  },
  {
    path: '/handheld/',
    title: 'Handheld',
    says: 'what to do now, for associates; sign in with badge and PIN',
    folder: resolve(import.meta.dirname, 'pages/dist/handheld'),
  },
  {
    path: '/manager/',
    title: 'Manager',
    says: 'the floor, who needs a person, decisions as they fall',
    folder: resolve(import.meta.dirname, 'pages/dist/manager'),
  },
  {
    path: '/till/',
    title: 'Till',
    says: 'what to say to whom the till knows; name the till: /till/?till=till-1',
    folder: resolve(import.meta.dirname, 'pages/dist/till'),
  },
  {
    path: '/sign-in/',
    title: 'Sign in',
    says: 'badge and PIN, for the people of the store',
    folder: resolve(import.meta.dirname, 'pages/dist/sign-in'),
  },
  {
    path: '/trust/',
    title: 'Trust this store',
    says: 'how a handheld learns to trust it, for https',
    folder: resolve(import.meta.dirname, 'pages/dist/trust'),
  },
];
