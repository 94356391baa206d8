import { hasValidCheckDigit } from '@kairos/protocol/check-digit.ts';
import { zoneAt } from '@kairos/protocol/floor-plan.ts';
import { parseLoyaltyNumber } from '@kairos/protocol/loyalty-number.ts';
import { describe, expect, it } from 'vitest';
import { demoStore } from './demo-store.ts';
import { readShop } from './store-files.ts';

const shop = readShop(demoStore);
const zoneIds = 'entrance produce bakery wine dairy household shoes suits fitting tills'.split(' ');

describe('the demo store', () => {
  it('has the zones that the dialogues speak of, and they cover the floor without overlapping', () => {
    expect(shop.plan.zones.map((zone) => zone.id).sort()).toEqual([...zoneIds].sort());
    for (let x = 0.25; x < shop.plan.width; x += 0.5) {
      for (let y = 0.25; y < shop.plan.height; y += 0.5) expect(zoneAt(shop.plan, [x, y])).not.toBeNull();
    }
    const areas = shop.plan.zones.map((zone) => areaOf(zone.polygon));
    expect(areas.reduce((sum, area) => sum + area, 0)).toBeCloseTo(shop.plan.width * shop.plan.height);
  });

  it('sells goods with valid numbers, once each, all of which stand on some shelf', () => {
    const shelved = new Set(shop.plan.shelves.flatMap((shelf) => shelf.departments));
    expect(shop.goods.length).toBeGreaterThanOrEqual(120);
    expect(new Set(shop.goods.map((item) => item.code)).size).toBe(shop.goods.length);
    for (const item of shop.goods) {
      expect(item.code).toMatch(/^952\d{10}$/);
      expect(hasValidCheckDigit(item.code)).toBe(true);
      expect(shelved).toContain(item.department);
      expect(item.price).toBeGreaterThan(0);
    }
  });

  it('knows its members by numbers that its own scheme accepts', () => {
    expect(shop.members.length).toBe(300);
    for (const { number, firstName } of shop.members) {
      expect(parseLoyaltyNumber(number, { prefixes: [shop.loyaltyPrefix], gsrn: true }).kind).toBe('ean13');
      expect(firstName).not.toBe('');
    }
  });
});

function areaOf(outline: readonly (readonly [number, number])[]): number {
  return Math.abs(
    outline.reduce((sum, [x, y], at) => {
      const [nextX, nextY] = outline[(at + 1) % outline.length] as readonly [number, number];
      return sum + (x * nextY - nextX * y) / 2;
    }, 0),
  );
}
