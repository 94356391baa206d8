/**
 * Debian's dovecot for tests: IMAP on a free port of loopback, as a user that is not root, in a folder of its own. One
 * mailbox, into whose folder mail is delivered as any mail server does: written aside, then moved to where new mail is.
 */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { freePort } from './free-port.ts';

const programs = ['/usr/sbin/dovecot', '/usr/local/sbin/dovecot'];
const triesMax = 1_200;
const everyMs = 50;

export interface Dovecot {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** A whole mail, with its headers. */
  deliver(mail: string): void;
  stop(): Promise<void>;
}

export async function startDovecot(): Promise<Dovecot> {
  const program = programs.find(existsSync);
  if (program === undefined) throw new Error('dovecot is missing. To install it: sudo apt-get install dovecot-imapd');
  const folder = mkdtempSync(join(tmpdir(), 'kairos-dovecot-'));
  const { uid, gid, user, group } = plainUser();
  const own = (path: string): void => (process.getuid?.() === 0 ? chownSync(path, uid, gid) : undefined);
  const mail = join(folder, 'mail');
  for (const path of [mail, ...['cur', 'new', 'tmp'].map((name) => join(mail, name)), join(folder, 'run')]) {
    mkdirSync(path);
    own(path);
  }
  own(folder);
  chmodSync(folder, 0o755);
  const port = await freePort();
  const config = join(folder, 'dovecot.conf');
  writeFileSync(config, settings({ folder, port, user, group, uid, gid }));
  writeFileSync(join(folder, 'passwd'), `kairos:{PLAIN}secret:${uid}:${gid}::${folder}::\n`);
  const identity = process.getuid?.() === 0 ? { uid, gid } : {};
  const server = spawn(program, ['-F', '-c', config], { ...identity, cwd: folder, stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  let delivered = 0;
  await untilGreeting(port);
  return {
    port,
    user: 'kairos',
    password: 'secret',
    deliver: (text) => {
      delivered += 1;
      const name = `${String(delivered).padStart(8, '0')}.kairos`;
      const aside = join(mail, 'tmp', name);
      writeFileSync(aside, text);
      own(aside);
      renameSync(aside, join(mail, 'new', name));
    },
    stop: async () => {
      server.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Place {
  readonly folder: string;
  readonly port: number;
  readonly user: string;
  readonly group: string;
  readonly uid: number;
  readonly gid: number;
}

/** One user for everything, no chroot, nothing outside the folder. */
function settings({ folder, port, user, group, uid, gid }: Place): string {
  return `
base_dir = ${folder}/run
state_dir = ${folder}/run
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = ${user}
default_internal_group = ${group}
default_login_user = ${user}
first_valid_uid = ${uid}
first_valid_gid = ${gid}
mail_location = maildir:${folder}/mail
passdb {
  driver = passwd-file
  args = ${folder}/passwd
}
userdb {
  driver = passwd-file
  args = ${folder}/passwd
}
service anvil {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service stats {
  chroot =
}
`;
}

/** Dovecot's own user where this is root, else whoever we are. */
function plainUser(): { uid: number; gid: number; user: string; group: string } {
  const who = process.getuid?.() === 0 ? ['nobody'] : [];
  const id = (...flags: string[]): string => execFileSync('id', [...flags, ...who], { encoding: 'utf8' }).trim();
  return { uid: Number(id('-u')), gid: Number(id('-g')), user: id('-un'), group: id('-gn') };
}

async function untilGreeting(port: number): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    if (await greets(port)) return;
    if (tries === triesMax) throw new Error('dovecot does not answer');
    await new Promise<void>((resolve) => systemPorts.timers.after(everyMs, resolve));
  }
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
