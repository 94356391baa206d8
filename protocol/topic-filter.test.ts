import { describe, expect, it } from 'vitest';
import { isTopicFilter, topicMatches } from './topic-filter.ts';

describe('topic filters, by MQTT 3.1.1 section 4.7', () => {
  it.each([
    ['a/b', 'a/b', true],
    ['a/b', 'a/b/c', false],
    ['a/+', 'a/b', true],
    ['a/+', 'a', false],
    ['a/+', 'a/', true],
    ['a/+', 'a/b/c', false],
    ['a/+/c', 'a/b/c', true],
    ['a/#', 'a/b/c', true],
    ['a/#', 'a', true],
    ['a/#', 'b', false],
    ['#', 'a/b', true],
    ['#', '$SYS/load', false],
    ['+/load', '$SYS/load', false],
  ])('%s hears %s: %s', (filter, topic, hears) => {
    expect(topicMatches(filter, topic)).toBe(hears);
  });

  it('are well formed or are none', () => {
    expect(['a', 'a/+', '+/a', '+', '#', 'a/#', 'a//b'].filter(isTopicFilter)).toHaveLength(7);
    expect(['', 'a/b#', 'a/#/b', 'a+/b', '$SYS/#', 'a\0b'].filter(isTopicFilter)).toEqual([]);
  });
});
