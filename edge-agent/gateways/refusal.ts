/**
 * Why something that a gateway said was not used: a closed list, each a label of a counter and a code at
 * `/api/rejected`, with what a person may make of it.
 */
export const refusalWords = {
  'too-large': 'larger than any message of such a gateway; nothing of it was read',
  'too-many-entries': 'more entries in one message than any gateway sends; the rest was not read',
  'not-text': 'no line of such a gateway: noise, or another format than is configured',
  'not-json': 'no JSON, or cut off: another format than is configured, or the gateway ran out of memory',
  'not-messagepack': 'no MessagePack, or cut off: another format than is configured',
  'not-this-format': 'nothing that such a gateway says: another format than is configured',
  'unreadable-entry': 'an entry without an address, or with a field that cannot be',
  'unreadable-advertising': 'advertising data that is no whole bytes, or too long',
  'no-receiver': 'it does not say who heard it: let the topic name the gateway, as in kairos/gateways/NAME/FORMAT',
  'unknown-receiver': 'heard by a receiver that is not on the floor plan: add its address, or its name as "receiver"',
  'no-rssi': 'no signal strength: switch it on in the gateway; a distance alone is not used',
  'impossible-rssi': 'a signal strength that cannot be',
  'encrypted-button': 'a button whose presses are encrypted: add its key as "buttonKey" to its cart',
  'forged-button': 'a press that does not fit the button’s key: another sender, or a wrong "buttonKey"',
  'repeated-button': 'an old press of an encrypted button, sent again by somebody else',
} as const satisfies Record<string, string>;

export type GatewayRefusal = keyof typeof refusalWords;

export interface RefusedEntry {
  readonly reason: GatewayRefusal;
  /** What it was, without anything that could be somebody's radio (`masked.ts`). */
  readonly sample: string;
}
