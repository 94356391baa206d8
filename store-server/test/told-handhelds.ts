/** A handheld's page as the store serves it, told what a test wants it to show: for looking at every state of it. */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { floorPlan } from '@kairos/protocol/floor-plan.ts';
import {
  type HandheldDeed,
  type HandheldTask,
  type HandheldView,
  handheldNamespace,
  handheldView,
} from '@kairos/protocol/handheld-events.ts';
import fastify from 'fastify';
import { Server } from 'socket.io';
import { securityHeaders } from '../http/guards.ts';
import { servePages } from '../http/pages.ts';
import { storePages } from '../pages.ts';

export interface ToldHandhelds {
  readonly base: string;
  /** Shown at once on every page that is open, and on those that open later. Gives the version that it has there. */
  tell(view: HandheldView): number;
  close(): Promise<void>;
}

export async function openToldHandhelds(plan: FloorPlan): Promise<ToldHandhelds> {
  const app = fastify();
  app.addHook('onRequest', async (_, reply) => {
    reply.headers(securityHeaders);
  });
  await servePages(app, storePages);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const io = new Server(app.server, { transports: ['websocket'] });
  let version = 0;
  let view: HandheldView | null = null;
  const handhelds = io.of(handheldNamespace);
  handhelds.on('connection', (socket) => {
    if (view) socket.emit('snapshot', { version, storeTime: Date.now(), view });
    socket.emit('plan', plan);
    socket.on('deed', (deed: HandheldDeed, answer: (outcome: object) => void) => {
      if (deed.does !== 'answer') answer({ id: deed.id, outcome: 'done' });
    });
  });
  const { port } = app.server.address() as { port: number };
  return {
    base: `http://127.0.0.1:${port}`,
    tell: (next) => {
      version += 1;
      view = handheldView.parse(next);
      handhelds.emit('snapshot', { version, storeTime: Date.now(), view });
      return version;
    },
    close: async () => {
      await io.close();
      await app.close();
    },
  };
}

const square = (x: number, y: number): [number, number][] => [
  [x, y],
  [x + 10, y],
  [x + 10, y + 8],
  [x, y + 8],
];

export const shownPlan = floorPlan.parse({
  name: 'Shown',
  width: 40,
  height: 24,
  zones: ['Produce', 'Bakery', 'Wine', 'Dairy', 'Suits', 'Shoes', 'Fitting rooms', 'Household']
    .map((name, at) => ({
      id: name.toLowerCase().replace(' ', '-'),
      name,
      kind: 'open',
      polygon: square((at % 4) * 10, at < 4 ? 0 : 8),
    }))
    .concat([
      {
        id: 'tills',
        name: 'Tills',
        kind: 'till',
        polygon: [
          [0, 16],
          [40, 16],
          [40, 24],
          [0, 24],
        ],
      },
    ]),
  shelves: [2, 12, 22, 32].flatMap((x) => [
    {
      id: `shelf-${x}-a`,
      zone: 'produce',
      polygon: [
        [x, 2],
        [x + 6, 2],
        [x + 6, 3.2],
        [x, 3.2],
      ],
    },
    {
      id: `shelf-${x}-b`,
      zone: 'produce',
      polygon: [
        [x, 10],
        [x + 6, 10],
        [x + 6, 11.2],
        [x, 11.2],
      ],
    },
  ]),
  tills: [
    { id: 'till-1', zone: 'tills', at: [12, 19] },
    { id: 'till-2', zone: 'tills', at: [20, 19] },
  ],
});

export const quietView: HandheldView = {
  me: { name: 'Ana Ruiz', role: 'lead', locale: 'en', duty: 'on', zone: 'produce', isAtLongQueue: false },
  tasks: [],
  undo: null,
  rush: null,
  queues: [
    { till: 'till-1', zone: 'tills', waiting: 2 },
    { till: 'till-2', zone: 'tills', waiting: 5 },
  ],
  queueLimit: 3,
  gone: [],
  team: { done: 14, medianClaimMs: 41_000 },
};

export function helpTask(more: Partial<HandheldTask> = {}): HandheldTask {
  return {
    id: 'help-0123456789-1',
    version: 1,
    kind: 'help',
    state: 'offered',
    sign: { shape: 'triangle', colour: 'green' },
    cart: 'cart-07',
    zone: 'suits',
    metres: 18,
    headline: '',
    reason: { is: 'asked', zone: 'Suits' },
    say: '',
    know: '',
    answers: [{ id: 'helped', label: '', form: [] }],
    cannot: null,
    since: Date.now() - 72_000,
    until: Date.now() + 200_000,
    isEscalated: false,
    ...more,
  };
}

/** As long as a dialogue's words may reasonably get. */
export function promptTask(more: Partial<HandheldTask> = {}): HandheldTask {
  return helpTask({
    id: '0123456789abcdef0123-abc-1-c1',
    kind: 'prompt',
    sign: { shape: 'star', colour: 'violet' },
    zone: 'fitting-rooms',
    headline: 'Bring the navy suit in 52 to the fitting',
    reason: { is: 'dwell', zone: 'Fitting rooms' },
    say: 'I have brought the navy one as well. Would you like to see how the jacket falls?',
    know: 'Bought a charcoal suit here in spring; sleeves were shortened by two centimetres.',
    answers: [
      { id: 'tried', label: 'Tried it on and liked it', form: [] },
      { id: 'other', label: 'Wanted another colour or size', form: [] },
      {
        id: 'measured',
        label: 'Measurements taken',
        form: [
          {
            name: 'size',
            kind: 'choice',
            label: '',
            choices: ['48', '50', '52', '54'],
            choiceLabels: ['', '', '', ''],
          },
          { name: 'sleeveLength', kind: 'number', label: '', choices: [], choiceLabels: [] },
          { name: 'words', kind: 'text', label: 'What she said, in her own words', choices: [], choiceLabels: [] },
        ],
      },
    ],
    ...more,
  });
}
