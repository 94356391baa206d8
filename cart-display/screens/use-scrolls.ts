/**
 * Whether there is more in a part of the page than it has room for: then the keyboard has to reach it, too. It is looked
 * at when the browser has laid the page out anyway; asking sooner would lay it out twice before a first frame.
 */
import { type RefObject, useEffect, useState } from 'react';

/** `content` changes when parts come or go; what only grows is seen by itself. */
export function useScrolls(part: RefObject<HTMLElement | null>, content: unknown): boolean {
  const [scrolls, setScrolls] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new parts are to be watched
  useEffect(() => {
    const element = part.current;
    if (!element) return;
    const sizes = new ResizeObserver(() => setScrolls(element.scrollHeight > element.clientHeight));
    sizes.observe(element);
    for (const child of element.children) sizes.observe(child);
    return () => sizes.disconnect();
  }, [content]);
  return scrolls;
}
