/**
 * Columns of a chunk that this build does not know: a newer store says more of its facts. What they hold is kept by fact
 * beside what people wrote (`notes.more`), because nobody here can say whether it is about a person: it is forgotten and
 * erased with that. The migration that brings such a column its place takes it from there.
 */
import { type ChunkHeader, chunkColumns } from '@kairos/protocol/sync-messages.ts';
import { DamagedChunkError, type UnpackedChunk } from '../link/chunk.ts';

/** By number of the fact: column → text. */
export type MoreOfFacts = ReadonlyMap<number, Readonly<Record<string, string>>>;

type NamedColumns = Pick<UnpackedChunk, 'header' | 'columns'>;

/** As a fact has one without words of hers. */
const emptyNote = '{}';
const nothing = '\\N';

/** Throws `DamagedChunkError` where a column does not have a value for each fact. */
export function moreOf({ header, columns }: NamedColumns): MoreOfFacts {
  const known: ReadonlySet<string> = new Set(chunkColumns);
  const more = new Map<number, Record<string, string>>();
  const unknown = [...columns.keys()].filter((name) => !known.has(name));
  if (unknown.length === 0) return more;
  const seqs = valuesOf({ header, columns }, 'seq').map(Number);
  for (const name of unknown)
    valuesOf({ header, columns }, name).forEach((value, index) => {
      if (value === nothing) return;
      const seq = seqs[index] as number;
      more.set(seq, { ...more.get(seq), [name]: unescaped(value) });
    });
  return more;
}

/** The header with a note for each fact of which there is more. */
export function withNotes(chunk: NamedColumns, more: MoreOfFacts): ChunkHeader {
  const { header } = chunk;
  if (more.size === 0) return header;
  const noted = new Set(header.notes.map(([seq]) => seq));
  const subjects = valuesOf(chunk, 'subject');
  const bare = valuesOf(chunk, 'seq').flatMap((text, index): ChunkHeader['notes'] => {
    const seq = Number(text);
    const subject = subjects[index] ?? nothing;
    return more.has(seq) && !noted.has(seq) ? [[seq, subject === nothing ? null : Number(subject), emptyNote]] : [];
  });
  return { ...header, notes: [...header.notes, ...bare] };
}

function valuesOf({ header, columns }: NamedColumns, name: string): string[] {
  const text = columns.get(name)?.toString() ?? '';
  const values = text === '' ? [] : text.slice(0, -1).split('\n');
  if (values.length !== header.facts)
    throw new DamagedChunkError(`column ${name} has ${values.length} values for ${header.facts} facts`);
  return values;
}

/** As PostgreSQL's COPY writes a text; none of its own holds a NUL. */
function unescaped(text: string): string {
  return text
    .replaceAll('\0', '␀')
    .replaceAll(/\\(.)/g, (_, letter: string) => ({ t: '\t', n: '\n', r: '\r' })[letter] ?? letter);
}
