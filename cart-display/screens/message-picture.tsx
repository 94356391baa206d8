/**
 * A message's picture: a decoration above its words. Its room is there before it is loaded and is never taken from the
 * words; where little is left, or the picture cannot be had, there is none and no hole.
 */
import { type ReactElement, useLayoutEffect, useRef, useState } from 'react';
import { pictureAddress } from '../view/picture-address.ts';
import { usePage } from './page-context.ts';

/** Lower than this it would be a stripe. */
const heightMinPx = 96;

export function MessagePicture({ picture }: { readonly picture: string }): ReactElement | null {
  const { origin } = usePage();
  const place = useRef<HTMLDivElement>(null);
  const [isLeftOut, setIsLeftOut] = useState(false);
  const address = pictureAddress(picture, origin);
  useLayoutEffect(() => {
    if (place.current && place.current.clientHeight < heightMinPx) setIsLeftOut(true);
  }, []);
  if (address === null || isLeftOut) return null;
  return (
    <div ref={place} className="message-picture">
      <img src={address} alt="" decoding="async" draggable={false} onError={() => setIsLeftOut(true)} />
    </div>
  );
}
