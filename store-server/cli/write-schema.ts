/** Part of `npm run generate`: writes the JSON Schema of dialogues for editors into docs/generated. */
import { writeFileSync } from 'node:fs';
import { dialogueJsonSchema } from '@kairos/dialogue/language/compile.ts';

/** Byte for byte what must stand in docs/generated/dialogue.schema.json. */
export function schemaDocument(): string {
  return `${JSON.stringify(dialogueJsonSchema(), null, 2)}\n`;
}

export const schemaFile = new URL('../../docs/generated/dialogue.schema.json', import.meta.url);

if (import.meta.main) {
  writeFileSync(schemaFile, schemaDocument());
  console.log('docs/generated/dialogue.schema.json written');
}
