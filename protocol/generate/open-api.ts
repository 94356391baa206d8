/**
 * The OpenAPI 3.1 document of what can be asked for over HTTP, made from tables of operations and the schemas that the
 * routes parse with. Whoever adds routes of a version (`/v1/…`) adds their table to `tables`.
 */
import { z } from 'zod';
import type { HttpOperation, HttpParameter } from '../http-operation.ts';
import { laneOperations } from '../lane-operations.ts';
import { saleOperations } from '../sale-operations.ts';
import type { Json, JsonObject } from './schemas.ts';

interface OperationTable {
  readonly tag: string;
  readonly says: string;
  readonly operations: Readonly<Record<string, HttpOperation>>;
}

const tables: readonly OperationTable[] = [
  { tag: 'lanes', says: 'The prompt at a till, for tills that show it themselves.', operations: laneOperations },
  { tag: 'sales', says: 'What was paid.', operations: saleOperations },
];

export function openApi(version: string): JsonObject {
  const operations = tables.flatMap(({ tag, operations: rows }) => Object.values(rows).map((row) => ({ tag, row })));
  const paths: Record<string, JsonObject> = {};
  for (const { tag, row } of operations) {
    paths[row.path] = { ...paths[row.path], [row.method]: operation(row, tag) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Kairos, for tills',
      version,
      license: { name: 'Unlicensed' },
      description: 'What a till asks of its store over HTTP. A till that gets no answer goes on with its sale.',
    },
    servers: [
      server('https', 'localhost:8443', 'From another machine, which trusts the store’s own authority.'),
      server('http', 'localhost:8470', 'From the store’s own machine.'),
    ],
    tags: tables.map(({ tag, says }) => ({ name: tag, description: says })),
    paths,
    components: { securitySchemes },
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
    security: [{ [token]: [] }, {}],
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
