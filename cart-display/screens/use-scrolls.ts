/** Whether there is more in a part of the page than it has room for: then the keyboard has to reach it, too. */
import { type RefObject, useLayoutEffect, useState } from 'react';

export function useScrolls(part: RefObject<HTMLElement | null>): boolean {
  const [scrolls, setScrolls] = useState(false);
  useLayoutEffect(() => {
    const element = part.current;
    if (!element) return;
    const look = (): void => setScrolls(element.scrollHeight > element.clientHeight);
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    for (const child of element.children) sizes.observe(child);
    look();
    return () => sizes.disconnect();
  });
  return scrolls;
}
