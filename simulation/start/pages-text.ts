/** What `npm start` prints once everything answers: the pages to open, and what to do on them. */

import type { HeadquartersPerson } from './headquarters.ts';

export interface Running {
  /** "http://127.0.0.1:8080" */
  readonly url: string;
  readonly shoppers: number;
  readonly watchedCart: string;
  readonly freeCart: string;
  /** In a zone, for everybody to read, and what stands under it. */
  readonly zoneScreen: { readonly id: string; readonly above: string };
  /** Whose page waits for somebody who answers. */
  readonly till: string;
  /** Who works there, and what each keys to sign in. */
  readonly staff: readonly {
    readonly name: string;
    readonly role: string;
    readonly badge: string;
    readonly pin: string;
  }[];
  /** One of them who does not work by herself. */
  readonly handheldOf: { readonly name: string; readonly badge: string; readonly pin: string };
  readonly headquarters: {
    readonly url: string;
    readonly people: readonly HeadquartersPerson[];
  };
  readonly member: { readonly number: string; readonly firstName: string };
  /** Hers. */
  readonly memberPin: string;
  /** Counted from 1. */
  readonly start: number;
  /** As a person would type it. */
  readonly stateFolder: string;
}

export function pagesText(running: Running): string {
  const {
    handheldOf,
    headquarters,
    url,
    shoppers,
    watchedCart,
    freeCart,
    zoneScreen,
    till,
    member,
    memberPin,
    staff,
    start,
    stateFolder,
  } = running;
  const rows: readonly (readonly [what: string, value: string])[] = [
    ['The manager’s page: the floor, and what Kairos says', `${url}/manager/`],
    ['A shopper’s cart, to look over her shoulder', `${url}/cart/?cart=${watchedCart}&watch=1`],
    ['A free cart, for you', `${url}/cart/?cart=${freeCart}`],
    ['', `key ${spaced(member.number)} and the PIN ${memberPin} to be ${member.firstName}, or shop as a guest`],
    ['', 'the cart strolls through the store while you are logged in'],
    [`The screen above ${zoneScreen.above}, for all to read`, `${url}/cart/?screen=${zoneScreen.id}`],
    ['', 'while it is open, it speaks to who stops there'],
    ['The till: what to say to who pays there', `${url}/till/?till=${till}`],
    ['', 'while it is open, you are asked once a sale; answer with 1, 2, 3'],
    ['A handheld of an associate', `${url}/handheld/`],
    [
      '',
      `sign in with ${handheldOf.badge} and the PIN ${handheldOf.pin} to be ${handheldOf.name}; then call from a cart`,
    ],
    ...headquarters.people.flatMap(({ page, shows, person, password }) => [
      [`Headquarters: ${shows}`, `${headquarters.url}${page}`] as const,
      ['', `sign in as ${person} with the password ${password}`] as const,
    ]),
  ];
  const width = Math.max(...rows.map(([what]) => what.length));
  return [
    '',
    `Kairos is running: one store, ${shoppers} shoppers, and headquarters.`,
    '',
    ...rows.map(([what, value]) => `  ${what.padEnd(width)}   ${value}`),
    '',
    `  Sign in as one of the staff (badge, PIN): ${url}/sign-in/`,
    ...staff.map(({ name, role, badge, pin }) => `    ${badge}  ${pin}   ${name}, ${role}`),
    '',
    start === 1
      ? `State is kept in ${stateFolder}.`
      : `It goes on from what was stored in ${stateFolder} (start ${start}).`,
    'Ctrl-C ends everything.',
    '',
  ].join('\n');
}

/** "2960 1041 3271 8": as it would stand on her card. */
function spaced(number: string): string {
  return number.replace(/(.{4})(?=.)/g, '$1 ');
}
