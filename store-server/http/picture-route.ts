/** `GET /pictures/NAME`: a message's picture, to whoever shows messages; the shell's page has an origin of its own. */
import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { type Pictures, picturePath } from '../catalogue/pictures.ts';

export function servePictures(app: FastifyInstance, pictures: Pictures): void {
  app.get<{ Params: { name: string } }>(`${picturePath}:name`, async (request, reply) => {
    const picture = pictures.file(request.params.name);
    const bytes = picture && (await readFile(picture.path).catch(() => null));
    if (!picture || !bytes) return reply.code(404).send({ reason: 'there is no such picture' });
    return reply
      .type(picture.type)
      .header('cache-control', 'public, max-age=3600')
      .header('cross-origin-resource-policy', 'cross-origin')
      .send(bytes);
  });
}
