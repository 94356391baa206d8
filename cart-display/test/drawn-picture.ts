/** A picture as a store would put beside a message, drawn in the browser itself, so that no file of it need be kept. */
import type { BrowserContext } from 'playwright-core';

const size = { width: 920, height: 420 };

const rollers = [120, 400, 680].map(
  (x, index) => `
    <g transform="translate(${x} ${60 + (index % 2) * 34})">
      <rect width="190" height="84" rx="30" fill="${['#e9b44c', '#d9e2dc', '#c8553d'][index]}"/>
      <rect x="12" y="8" width="166" height="18" rx="9" fill="#ffffff" opacity="0.35"/>
      <path d="M190 42H222V118H95V160" fill="none" stroke="#5b5147" stroke-width="9" stroke-linejoin="round"/>
      <rect x="78" y="156" width="34" height="130" rx="15" fill="#7a5a3c"/>
    </g>`,
);

export async function drawPicture(context: BrowserContext): Promise<Buffer> {
  const page = await context.newPage();
  await page.setViewportSize(size);
  await page.setContent(
    `<body style="margin:0"><svg width="${size.width}" height="${size.height}"><rect width="100%" height="100%" fill="#efe6d6"/><rect y="250" width="100%" height="170" fill="#e2d4bd"/>${rollers.join('')}</svg>`,
  );
  const drawn = await page.screenshot();
  await page.close();
  return drawn;
}
