/** The door by itself, with real requests and sockets, under a clock that the tests move. */
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import fastify, { type FastifyInstance } from 'fastify';
import { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuditLog } from './audit-log.ts';
import { Sessions, sessionLife } from './sessions.ts';
import { openStaffDatabase, type StaffDatabase } from './staff-database.ts';
import { SessionDoor, type StaffEvent } from './staff-door.ts';
import type { Role, StaffMember } from './staff-file.ts';

const minuteMs = 60_000;
const member = (id: string, role: Role): StaffMember => ({
  id,
  badge: id,
  name: id,
  role,
  locale: 'en',
  zones: [],
  fills: [],
});
const ana = member('ana', 'associate');
const mira = member('mira', 'manager');

let folder: string;
let ports = simulatedPorts({ startMs: 1_800_000_000_000, seed: 1 });
let db: StaffDatabase;
let sessions: Sessions;
let door: SessionDoor;
let audit: AuditLog;
let app: FastifyInstance;
let server: Server;
let base: string;
const events: StaffEvent[] = [];
const sockets: Socket[] = [];

function open(staff: readonly StaffMember[]): void {
  db = openStaffDatabase(join(folder, 'staff.db'));
  const now = (): number => ports.clock.now();
  sessions = new Sessions({ db, now, staff });
  audit = new AuditLog({ db, now });
  door = new SessionDoor({ sessions, audit, timers: ports.timers });
  door.listen((event) => events.push(event));
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-door-'));
  ports = simulatedPorts({ startMs: 1_800_000_000_000, seed: 1 });
  events.length = 0;
  open([ana, mira]);
  app = fastify();
  app.get('/read', { preHandler: door.only('manager') }, (request) => door.of(request).name);
  app.post('/change', { preHandler: door.only('manager') }, (request) => {
    door.note(door.of(request), 'thing.changed', 'the thing');
    return 'changed';
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  server = new Server(app.server, { transports: ['websocket'], serveClient: false });
  server.of('/room').use(door.admits('associate', 'lead'));
  server.of('/room').on('connection', (socket) => {
    socket.on('who', (answer: (who: unknown) => void) => answer(socket.data.staff));
  });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.disconnect();
  await server.close();
  await app.close();
  door.close();
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const cookieFor = (who: StaffMember): string => `kairos-session=${sessions.open(who, '10.0.0.1').token}`;
const ask = async (method: string, path: string, headers: Record<string, string>): Promise<[number, string]> => {
  const answer = await app.inject({ method: method as 'GET', url: path, headers: { host: 'store:1', ...headers } });
  const reason = answer.statusCode === 200 ? answer.body : (JSON.parse(answer.body) as { reason: string }).reason;
  return [answer.statusCode, reason];
};

describe('a route that is only for the manager', () => {
  it('refuses nobody, a made-up session, the wrong role, and a session that is over', async () => {
    expect(await ask('GET', '/read', {})).toEqual([401, 'no-session']);
    expect(await ask('GET', '/read', { cookie: `kairos-session=${'x'.repeat(43)}` })).toEqual([401, 'no-session']);
    expect(await ask('GET', '/read', { cookie: cookieFor(ana) })).toEqual([403, 'wrong-role']);
    const cookie = cookieFor(mira);
    expect(await ask('GET', '/read', { cookie })).toEqual([200, 'mira']);
    ports.stepWallClock(sessionLife.manager.idleMs);
    expect(await ask('GET', '/read', { cookie })).toEqual([401, 'session-over']);
  });

  it('changes nothing for a page of another site, whatever it says of itself', async () => {
    const cookie = cookieFor(mira);
    const refused = [403, 'wrong-origin'];
    expect(await ask('POST', '/change', { cookie, origin: 'http://store:1' })).toEqual([200, 'changed']);
    expect(await ask('POST', '/change', { cookie })).toEqual([200, 'changed']);
    for (const origin of [
      'http://evil.example',
      'https://store:1',
      'http://store:2',
      'http://store:1.evil',
      'null',
      '',
    ]) {
      expect(await ask('POST', '/change', { cookie, origin })).toEqual(refused);
    }
    for (const site of ['cross-site', 'same-site', 'none'])
      expect(await ask('POST', '/change', { cookie, origin: 'http://store:1', 'sec-fetch-site': site })).toEqual(
        refused,
      );
  });

  it('leaves a line of who did what to what, when and from where', async () => {
    await ask('POST', '/change', { cookie: cookieFor(mira) });
    const line = { associate: 'mira', deed: 'thing.changed', subject: 'the thing', from: '10.0.0.1' };
    expect(audit.read({ limit: 1 })).toEqual([{ id: 1, at: ports.clock.now(), ...line }]);
  });
});

describe('a session', () => {
  it('goes on while it is used, and ends with the working day all the same', async () => {
    const cookie = cookieFor(mira);
    for (let minute = 0; minute < 12 * 60 - 30; minute += 30) {
      ports.advance(30 * minuteMs);
      expect((await ask('GET', '/read', { cookie }))[0]).toBe(200);
    }
    ports.advance(30 * minuteMs);
    expect((await ask('GET', '/read', { cookie }))[0]).toBe(401);
  });

  it('is kept over a restart as a hash, and not beyond a change of the list of staff', async () => {
    const { token } = sessions.open(mira, '10.0.0.1');
    sessions.open(ana, '10.0.0.2');
    expect(JSON.stringify(db.prepare('SELECT * FROM sessions').all())).not.toContain(token);
    door.close();
    db.close();
    open([mira]);
    expect(sessions.find(token)).toMatchObject({ kind: 'found', who: { associate: 'mira', role: 'manager' } });
    expect(sessions.countOf('ana')).toBe(0);
  });

  it('is one of several of one person: who listens hears how many are left', () => {
    const first = sessions.open(ana, '10.0.0.1');
    const other = sessions.open(ana, '10.0.0.2');
    sessions.end(first.who.session);
    ports.advance(sessionLife.associate.idleMs + 1_000);
    expect(events.map(({ kind, who, sessionsLeft }) => [kind, who.session, sessionsLeft])).toEqual([
      ['in', first.who.session, 1],
      ['in', other.who.session, 2],
      ['out', first.who.session, 1],
      ['out', other.who.session, 0],
    ]);
  });
});

describe('a socket', () => {
  const connect = (headers: Record<string, string>): Socket => {
    const socket = io(`${base}/room`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      extraHeaders: headers,
    });
    sockets.push(socket);
    return socket;
  };
  const outcome = (socket: Socket): Promise<string> =>
    new Promise((resolve) => {
      socket.once('connect', () => resolve('in'));
      socket.once('connect_error', (error: Error & { data?: { reason: string } }) =>
        resolve(error.data?.reason ?? '?'),
      );
    });

  it('is refused without a session, for the wrong role, and from another origin', async () => {
    expect(await outcome(connect({}))).toBe('no-session');
    expect(await outcome(connect({ cookie: cookieFor(mira) }))).toBe('wrong-role');
    expect(await outcome(connect({ cookie: cookieFor(ana), origin: 'http://evil.example' }))).toBe('wrong-origin');
    expect(await outcome(connect({ cookie: cookieFor(ana), origin: base }))).toBe('in');
  });

  it('knows who is there, keeps her session while she does something, and is cut when it ends', async () => {
    const socket = connect({ cookie: cookieFor(ana) });
    expect(await outcome(socket)).toBe('in');
    ports.advance(sessionLife.associate.idleMs - minuteMs);
    expect(await socket.emitWithAck('who')).toMatchObject({ associate: 'ana', role: 'associate' });
    ports.advance(sessionLife.associate.idleMs - minuteMs);
    expect(socket.connected).toBe(true);
    const heard: string[] = [];
    socket.once('session-over', () => heard.push('session-over'));
    const cut = new Promise((resolve) => socket.once('disconnect', resolve));
    ports.advance(2 * minuteMs);
    await cut;
    expect(heard).toEqual(['session-over']);
    expect(events.at(-1)).toMatchObject({ kind: 'out', sessionsLeft: 0 });
  });

  it('of one device goes with its own session alone', async () => {
    const { token, who } = sessions.open(ana, '10.0.0.1');
    const one = connect({ cookie: `kairos-session=${token}` });
    const other = connect({ cookie: cookieFor(ana) });
    expect(await Promise.all([outcome(one), outcome(other)])).toEqual(['in', 'in']);
    const cut = new Promise((resolve) => one.once('disconnect', resolve));
    sessions.end(who.session);
    await cut;
    expect(await other.emitWithAck('who')).toMatchObject({ associate: 'ana' });
  });
});

describe('the audit log', () => {
  it('is only added to, and forgets what is older than it is kept', () => {
    audit.write({ associate: 'mira', deed: 'a', subject: '', from: '' });
    expect(() => db.exec("UPDATE audit SET deed = 'b'")).toThrow(/only added to/);
    expect(() => db.exec('DELETE FROM audit')).toThrow(/only added to/);
    ports.stepWallClock(401 * 24 * 60 * minuteMs);
    audit.write({ associate: 'mira', deed: 'b', subject: '', from: '' });
    audit.prune();
    expect(audit.read({ limit: 10 }).map(({ deed }) => deed)).toEqual(['b']);
  });

  it('is exported as a table in which nothing is computed', () => {
    audit.write({ associate: 'mira', deed: 'a,b', subject: '=HYPERLINK("x")', from: '::1' });
    expect([...audit.csv()].join('')).toBe(
      'id,at,who,what,to,from\r\n1,2027-01-15T08:00:00.000Z,mira,"a,b","\'=HYPERLINK(""x"")",::1\r\n',
    );
  });
});
