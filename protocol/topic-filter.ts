/**
 * MQTT topic filters ("espresense/devices/+/+", "home/#"), matched as MQTT 3.1.1 section 4.7 says. A gateway that says
 * which device it heard in its topic needs one; Kairos's own topics are always named exactly.
 */

/** Whether a filter is well formed: "+" fills a level, "#" stands at the end alone, neither begins with "$". */
export function isTopicFilter(filter: string): boolean {
  if (filter === '' || filter.startsWith('$') || filter.includes('\0')) return false;
  const levels = filter.split('/');
  return levels.every((level, index) =>
    level.includes('#') ? level === '#' && index === levels.length - 1 : !level.includes('+') || level === '+',
  );
}

export function hasWildcard(filter: string): boolean {
  return filter.includes('+') || filter.includes('#');
}

export function topicMatches(filter: string, topic: string): boolean {
  if (!hasWildcard(filter)) return filter === topic;
  // A wildcard in front does not hear a broker's own topics [MQTT-4.7.2-1].
  if (topic.startsWith('$')) return false;
  const levels = topic.split('/');
  const wanted = filter.split('/');
  for (const [index, level] of wanted.entries()) {
    // "a/#" hears "a" as well.
    if (level === '#') return true;
    if (index >= levels.length || (level !== '+' && level !== levels[index])) return false;
  }
  return wanted.length === levels.length;
}
