/**
 * The OpenAPI 3.1 documents of what can be asked for over HTTP, of a store and of headquarters, made from tables of
 * operations and the schemas that the routes parse with. Whoever adds routes of a version (`/v1/…`) adds their table.
 */
import { z } from 'zod';
import type { HttpOperation, HttpParameter } from '../http-operation.ts';
import { laneOperations } from '../lane-operations.ts';
import { outsideOperations } from '../outside-operations.ts';
import { saleOperations } from '../sale-operations.ts';
import type { Json, JsonObject } from './schemas.ts';

interface OperationTable {
  readonly tag: string;
  readonly says: string;
  readonly operations: Readonly<Record<string, HttpOperation>>;
}

interface ApiDocument {
  readonly title: string;
  readonly description: string;
  readonly tables: readonly OperationTable[];
  readonly servers: readonly JsonObject[];
  readonly securitySchemes: JsonObject;
}

export function storeOpenApi(version: string): JsonObject {
  return openApi(version, {
    title: 'Kairos, for tills',
    description: 'What a till asks of its store over HTTP. A till that gets no answer goes on with its sale.',
    tables: [
      { tag: 'lanes', says: 'The prompt at a till, for tills that show it themselves.', operations: laneOperations },
      { tag: 'sales', says: 'What was paid.', operations: saleOperations },
    ],
    servers: [
      server('https', 'localhost:8443', 'From another machine, which trusts the store’s own authority.'),
      server('http', 'localhost:8470', 'From the store’s own machine.'),
    ],
    securitySchemes,
  });
}

export function hqOpenApi(version: string): JsonObject {
  return openApi(version, {
    title: 'Kairos headquarters, for what other systems know',
    description: 'What a retailer’s web shop, customer service or site tells headquarters over HTTP.',
    tables: [{ tag: 'outside', says: 'Facts from outside.', operations: outsideOperations }],
    servers: [server('https', 'localhost:8480', 'Headquarters.')],
    securitySchemes: {
      source: {
        type: 'http',
        scheme: 'bearer',
        description: 'The token of a source (`npm run hq -- source NAME`).',
      },
    },
  });
}

function openApi(version: string, document: ApiDocument): JsonObject {
  const { tables } = document;
  const operations = tables.flatMap(({ tag, operations: rows }) => Object.values(rows).map((row) => ({ tag, row })));
  const paths: Record<string, JsonObject> = {};
  for (const { tag, row } of operations) {
    paths[row.path] = { ...paths[row.path], [row.method]: operation(row, tag) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: document.title,
      version,
      license: { name: 'Unlicensed' },
      description: document.description,
    },
    servers: [...document.servers],
    tags: tables.map(({ tag, says }) => ({ name: tag, description: says })),
    paths,
    components: { securitySchemes: document.securitySchemes },
  };
}

function server(scheme: 'http' | 'https', host: string, says: string): JsonObject {
  const variables = { host: { default: host, description: 'Host and port, from the store’s configuration.' } };
  return { url: `${scheme}://{host}`, description: says, variables };
}

const securitySchemes: JsonObject = {
  device: {
    type: 'http',
    scheme: 'bearer',
    description:
      'The token of the till’s device (`devices` of the store’s configuration). Without one, only the store’s own machine is answered.',
  },
  'till-feed': {
    type: 'http',
    scheme: 'bearer',
    description:
      '`tillFeed.token` of the store’s configuration. Without one, only the store’s own machine is answered.',
  },
};

function operation({ id, says, parameters = [], body, answers, token }: HttpOperation, tag: string): JsonObject {
  return {
    operationId: id,
    tags: [tag],
    summary: says,
    security: securityOf(token),
    ...(parameters.length === 0 ? {} : { parameters: parameters.map(parameter) }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: contentOf(body.schema, body.alsoAs) } }),
    responses: Object.fromEntries(
      Object.entries(answers).map(([status, { says: description, payload }]) => [
        status,
        {
          description,
          ...(payload === undefined
            ? {}
            : { content: { 'application/json': { schema: schemaOf(payload, 'output') } } }),
        },
      ]),
    ),
  };
}

/** Of tills the store's own machine needs none; a handle stands in the body. */
function securityOf(token: HttpOperation['token']): JsonObject[] {
  if (token === 'handle') return [{}];
  return token === 'source' ? [{ source: [] }] : [{ [token]: [] }, {}];
}

function parameter({ name, in: where, says, schema }: HttpParameter): JsonObject {
  return { name, in: where, required: where === 'path', description: says, schema: schemaOf(schema, 'output') };
}

function contentOf(schema: z.ZodType, alsoAs: readonly string[] = []): JsonObject {
  const others = alsoAs.map((type) => [type, { schema: { type: 'string' } }]);
  return { 'application/json': { schema: schemaOf(schema, 'input') }, ...Object.fromEntries(others) };
}

/** OpenAPI 3.1 speaks the JSON Schema of 2020-12. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema: _said, '~standard': _standard, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io });
  return rest as { [key: string]: Json };
}
