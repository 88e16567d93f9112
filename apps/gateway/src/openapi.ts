import { z } from 'zod';
import { modelSchema, requestSchema } from './catalogue.js';
import { routes } from './http/routes.js';
import { deliverySchema } from './node/exchange.js';
import { chatRequestSchema } from './openai/chat-request.js';
import { chunkSchema, completionSchema } from './openai/completion.js';
import { parameters, type Rule } from './openai/parameters.js';

const errorSchema = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string(),
  }),
});

const schemas = {
  ChatCompletionRequest: chatRequestSchema,
  ChatCompletion: completionSchema,
  ChatCompletionChunk: chunkSchema,
  Model: modelSchema,
  ModelList: z.object({ object: z.literal('list'), data: z.array(modelSchema) }),
  Request: requestSchema,
  Delivery: deliverySchema,
  SealingKey: z.object({ public_key: z.string() }),
  Error: errorSchema,
};
type SchemaName = keyof typeof schemas;

interface Operation {
  summary: string;
  /** Null: the content is not JSON. */
  answers: SchemaName | null;
  takes?: SchemaName;
  open?: true;
}

const operations: Record<keyof typeof routes, Operation> = {
  '/v1/chat/completions': {
    summary: 'A completion that several nodes computed alike, paid for on chain',
    takes: 'ChatCompletionRequest',
    answers: 'ChatCompletion',
  },
  '/v1/models': { summary: 'Every model of the network', answers: 'ModelList' },
  '/v1/models/{id}': { summary: 'One model', answers: 'Model' },
  '/v1/requests/{id}': {
    summary: 'The life of a request of this key on chain',
    answers: 'Request',
  },
  '/openapi.json': { summary: 'This document', answers: null, open: true },
  '/node/v1/sealing-key': {
    summary: 'The key outputs are sealed to',
    answers: 'SealingKey',
    open: true,
  },
  '/node/v1/inputs/{request}/{input_hash}': {
    summary: 'The input sealed to the calling node (work-key signature)',
    answers: null,
    open: true,
  },
  '/node/v1/outputs/{request}': {
    summary: 'Delivers an output (work-key signature)',
    takes: 'Delivery',
    answers: null,
    open: true,
  },
  '/health': { summary: 'Alive', answers: null, open: true },
  '/ready': { summary: 'Ready, or what is missing', answers: null, open: true },
};

const jsonOf = (name: SchemaName) => ({
  'application/json': { schema: { $ref: `#/components/schemas/${name}` } },
});

/** Headers that change what a completion costs or how it is retried. */
const headerParameters = [
  ['Idempotency-Key', 'For 24 hours the same key and body give the same response, charged once.'],
  ['x-atoma-max-fee', 'The most this request may cost, in utoma.'],
  ['x-atoma-mode', 'sampling or auto.'],
].map(([name, description]) => ({
  name,
  description,
  in: 'header',
  required: false,
  schema: { type: 'string' },
}));

function operationOf(path: string, operation: Operation): unknown {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const answer = operation.answers === null ? {} : { content: jsonOf(operation.answers) };
  return {
    summary: operation.summary,
    parameters: [...inPath, ...(path === '/v1/chat/completions' ? headerParameters : [])],
    ...(operation.takes === undefined
      ? {}
      : { requestBody: { required: true, content: jsonOf(operation.takes) } }),
    responses: {
      [path === '/node/v1/outputs/{request}' ? 204 : 200]: { description: 'Done', ...answer },
      default: { description: 'An error', content: jsonOf('Error') },
    },
    ...(operation.open === true ? {} : { security: [{ apiKey: [] }] }),
  };
}

const ruleText = (rule: Rule): string => {
  switch (rule.kind) {
    case 'honoured':
      return 'honoured';
    case 'ignored':
      return 'ignored, named in x-atoma-ignored';
    case 'only':
      return `only ${rule.allowed.map((value) => JSON.stringify(value)).join(' or ')}: ${rule.why}`;
    case 'refused':
      return `refused: ${rule.why}`;
  }
};

function schemaOf(name: SchemaName): unknown {
  const io = name === 'ChatCompletionRequest' || name === 'Delivery' ? 'input' : 'output';
  const json = Object.entries(z.toJSONSchema(schemas[name], { io }));
  return Object.fromEntries(json.filter(([key]) => key !== '$schema'));
}

/** The OpenAPI 3.1 document, made from the schemas that parse and the table of parameters. */
export const openApiDocument = {
  openapi: '3.1.0',
  info: {
    title: 'Atoma gateway',
    version: '0.1.0',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    description: `Parameters of a chat completion:\n${Object.entries(parameters)
      .map(([name, rule]) => `- \`${name}\`: ${ruleText(rule)}`)
      .join('\n')}`,
  },
  paths: Object.fromEntries(
    Object.entries(operations).map(([path, operation]) => [
      path,
      { [routes[path as keyof typeof routes][0].toLowerCase()]: operationOf(path, operation) },
    ]),
  ),
  components: {
    securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } },
    schemas: Object.fromEntries(
      (Object.keys(schemas) as SchemaName[]).map((name) => [name, schemaOf(name)]),
    ),
  },
};
