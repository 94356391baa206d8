/** A picture of the store under its plan: where it lies, and how many metres one of its widths is. It stays on this page. */
import type { Point } from '@kairos/protocol/geometry.ts';

export interface PlanPicture {
  /** A `data:` address: the page may show nothing from elsewhere. */
  readonly address: string;
  /** Metres, from the plan's upper left corner. */
  readonly at: Point;
  readonly width: number;
  readonly height: number;
}

/** A photograph, or an architect's drawing. */
const pictureBytesMax = 12 * 1024 * 1024;

/** As wide as the plan, until it is scaled. Null: it is no picture that this browser can show. */
export async function readPicture(file: File, planWidth: number): Promise<PlanPicture | null> {
  if (file.size > pictureBytesMax) return null;
  const address = await addressOf(file);
  const image = new Image();
  image.src = address;
  try {
    await image.decode();
  } catch {
    return null;
  }
  return { address, at: [0, 0], width: planWidth, height: (planWidth * image.naturalHeight) / image.naturalWidth };
}

/** Two points of it are so many metres apart: it grows or shrinks about the first one. */
export function scaled(picture: PlanPicture, [one, other]: readonly [Point, Point], metres: number): PlanPicture {
  const factor = metres / Math.hypot(other[0] - one[0], other[1] - one[1]);
  return {
    ...picture,
    at: [one[0] + (picture.at[0] - one[0]) * factor, one[1] + (picture.at[1] - one[1]) * factor],
    width: picture.width * factor,
    height: picture.height * factor,
  };
}

function addressOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
