/** The rules as a retailer would write them: a house, and a dialogue a rule, in YAML. */
import { type Rule, stayType } from './rules.ts';

/** `house.yaml`: what she may be asked about, and the fact that a stay is. */
export const house = `
defaultLocale: en
timeZone: Europe/Zurich
globalHoldout: 5%
attributes:
  tier: { type: text, sensitivity: near, default: basic }
  bought: { type: text, sensitivity: near, default: nothing }
facts:
  ${stayType}: { zone: text, dwell: number }
attention: { perVisit: 3, refill: 1, gap: 90s }
`;

/** File name → text. */
export function dialogueFiles(rules: readonly Rule[]): Map<string, string> {
  return new Map(rules.map((rule) => [`${dialogueName(rule.id)}.yaml`, dialogueText(rule)]));
}

/** What she has bought, as the attribute `bought` holds it. */
export function boughtText(bought: readonly string[]): string {
  return bought.join(' ');
}

function dialogueName(rule: number): string {
  return `offer-${String(rule).padStart(5, '0')}`;
}

export function ruleOf(dialogue: string): number {
  return Number(dialogue.slice('offer-'.length));
}

function dialogueText({ id, type, zone, dwell, tiers, category }: Rule): string {
  const condition = [
    `fact.zone == "${zone}"`,
    `fact.dwell >= ${dwell}`,
    `customer.tier in ${JSON.stringify(tiers)}`,
    `!customer.bought.contains("${category}")`,
  ].join(' && ');
  return `dialogue: ${dialogueName(id)}
type: III
objective: { on: sale, anyLine: 'line.department == "${category}"', within: 7d, value: ${3 + (id % 20)} }
audience: customer.consent.inStore
holdout: 10%
limits: { perVisit: 1, perCustomer: 1 per 30d }
enter:
  - { on: ${type}, where: '${condition}' }
steps:
  offer:
    say:
      on:
        - cart: { moment: any, text: { en: "New among ${category}: shall we show you?" } }
      validFor: 10m
      answers:
        show: { label: { en: "Yes, please" }, then: end }
        later: { label: { en: "Not today" }, then: end }
      silence:
        never-shown: end
        ignored: { after: 1m, then: end }
        walked-away: end
        acted-elsewhere: end
`;
}
