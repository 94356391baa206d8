/**
 * Tells when an element has first been painted where somebody can see it: the page is visible, most of the element
 * lies in the viewport, and a frame that holds it has gone to the screen. The callback of the frame after that one
 * proves it; the paint's own time is that of the first.
 */
import type { Ports } from '@kairos/protocol/ports.ts';
import { type RefObject, useEffect, useRef } from 'react';

/** Less of it than this in the viewport is not "shown". */
const visibleShare = 0.6;

export function usePainted(
  target: RefObject<HTMLElement | null>,
  ports: Ports,
  onPainted: (agoMs: number) => void,
): void {
  const report = useRef(onPainted);
  report.current = onPainted;
  useEffect(() => {
    const element = target.current;
    if (!element) return;
    let frame = 0;
    let isInSight = false;
    let isReported = false;

    const confirm = (): void => {
      cancelAnimationFrame(frame);
      if (isReported || !isInSight || document.visibilityState !== 'visible') return;
      frame = requestAnimationFrame(() => {
        const paintedAt = ports.clock.monotonic();
        frame = requestAnimationFrame(() => {
          if (!isInSight || document.visibilityState !== 'visible') return;
          isReported = true;
          report.current(ports.clock.monotonic() - paintedAt);
        });
      });
    };
    const observer = new IntersectionObserver(
      (entries) => {
        isInSight = (entries.at(-1)?.intersectionRatio ?? 0) >= visibleShare;
        confirm();
      },
      { threshold: visibleShare },
    );
    observer.observe(element);
    document.addEventListener('visibilitychange', confirm);
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
      document.removeEventListener('visibilitychange', confirm);
    };
  }, [target, ports]);
}
