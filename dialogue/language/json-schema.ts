/** The JSON Schema by which editors complete dialogues. Conditions and texts are checked by the compiler alone. */
export function dialogueJsonSchema(): object {
  return {};
}
