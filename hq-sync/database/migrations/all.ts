/** Every migration, in order. */
import { line } from './001-line.ts';
import { releases } from './002-releases.ts';
import { customers } from './003-customers.ts';
import { folding } from './004-folding.ts';
import { down } from './010-down.ts';
import { channels } from './020-channels.ts';
import { erasures } from './030-erasures.ts';
import { skew } from './055-skew.ts';
import { begun } from './056-begun.ts';
import { traces } from './060-traces.ts';
import { lists } from './061-lists.ts';
import { storeNews } from './070-store-news.ts';
import { foldedToOne } from './071-folded-to-one.ts';
import { askedBefore } from './075-asked-before.ts';
import { capHolders } from './085-cap-holders.ts';
import { releaseVariants } from './086-release-variants.ts';
import { figures } from './090-figures.ts';
import { given } from './100-given.ts';
import { heardAt } from './101-heard-at.ts';
import { access } from './105-access.ts';
import { unclearMails } from './110-unclear-mails.ts';
import type { Migration } from './migration.ts';

export const migrations: readonly Migration[] = [
  line,
  releases,
  customers,
  folding,
  down,
  channels,
  erasures,
  skew,
  begun,
  traces,
  lists,
  storeNews,
  foldedToOne,
  askedBefore,
  capHolders,
  releaseVariants,
  figures,
  given,
  heardAt,
  access,
  unclearMails,
];
