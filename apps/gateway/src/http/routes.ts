/** Every route of the service: what 405 and the OpenAPI document know. */
export const routes = {
  '/v1/chat/completions': ['POST'],
  '/v1/models': ['GET'],
  '/v1/models/{id}': ['GET'],
  '/v1/requests/{id}': ['GET'],
  '/openapi.json': ['GET'],
  '/node/v1/sealing-key': ['GET'],
  '/node/v1/inputs/{request}/{input_hash}': ['GET'],
  '/node/v1/outputs/{request}': ['PUT'],
  '/health': ['GET'],
  '/ready': ['GET'],
} as const;

const patterns = Object.entries(routes).map(
  ([path, methods]) => [new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`), methods] as const,
);

/** The methods of the route that a path (without query) belongs to; empty for none. */
export const methodsOf = (path: string): readonly string[] =>
  patterns.find(([pattern]) => pattern.test(path))?.[1] ?? [];
