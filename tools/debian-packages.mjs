/**
 * The Debian packages that the tests start: a browser, a broker to compare with, pseudo-terminals. Installed where
 * that is possible (root, and apt-get there); otherwise it is said plainly, and the tests that need them fail by name.
 */
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { run, say } from './setup.mjs';

const needed = [
  { program: 'chromium', for: 'the pages in a real browser' },
  { program: 'socat', for: 'serial devices on pseudo-terminals' },
  { program: 'mosquitto', for: 'the external broker' },
  { program: 'postgres', package: 'postgresql', for: 'the database of headquarters' },
  { program: 'dovecot', package: 'dovecot-imapd', for: 'the mailbox that bounces come to' },
];

/** Debian keeps some of them out of a plain user's PATH. */
const alsoLookedIn = ['/usr/sbin', '/usr/local/sbin', '/sbin'];

export async function installDebianPackages() {
  const missing = needed.filter((one) => !isOnPath(one.program));
  if (missing.length === 0) return;
  const names = missing.map(packageOf);
  const isRoot = process.getuid?.() === 0;
  if (isRoot && isOnPath('apt-get')) {
    say(`Installing Debian packages that the tests start: ${names.join(', ')} …`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const quiet = ['-qq', '-o=Dpkg::Use-Pty=0'];
    const stdio = ['ignore', 'ignore', process.stderr];
    await run('apt-get', [...quiet, 'update'], { env, stdio });
    await run('apt-get', [...quiet, 'install', '-y', '--no-install-recommends', ...names], { env, stdio });
  }
  for (const one of needed.filter((program) => !isOnPath(program.program))) {
    say(
      `${one.program} is missing (needed for ${one.for}), and could not be installed here` +
        `${isRoot ? '' : ' without root'}. Tests that need it will fail. To install it: sudo apt-get install ${packageOf(one)}`,
    );
  }
}

function packageOf(one) {
  return one.package ?? one.program;
}

/** Each version in a folder of its own, none of them in a PATH. */
function postgresFolders() {
  const versions = '/usr/lib/postgresql';
  return existsSync(versions) ? readdirSync(versions).map((version) => join(versions, version, 'bin')) : [];
}

function isOnPath(program) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...alsoLookedIn, ...postgresFolders()];
  return folders.some((folder) => folder !== '' && isExecutable(join(folder, program)));
}

function isExecutable(path) {
  if (!existsSync(path)) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
