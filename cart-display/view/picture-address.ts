/** Where a message's picture is: a file in the store's own folder of pictures, whatever else the path would like to be. */

const ownPicture = /^\/pictures\/[A-Za-z0-9][A-Za-z0-9.-]{0,180}$/;

/** Null for any other path and any other origin. */
export function pictureAddress(picture: string, store: string): string | null {
  if (!ownPicture.test(picture) || picture.includes('..') || !URL.canParse(picture, store)) return null;
  return new URL(picture, store).href;
}
