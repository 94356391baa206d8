/** `npm run generate`: writes docs/generated from the schemas of the protocol, and removes what no longer belongs there. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { documents, generatedFolder, writtenElsewhere } from './documents.ts';

const made = documents();
mkdirSync(generatedFolder, { recursive: true });
for (const [name, content] of made) writeFileSync(new URL(name, generatedFolder), content);
for (const name of readdirSync(generatedFolder)) {
  if (!made.has(name) && !writtenElsewhere.includes(name)) rmSync(new URL(name, generatedFolder));
}
process.stdout.write(`${made.size} documents written to docs/generated\n`);
