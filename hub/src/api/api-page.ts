import { openApiDocument } from './app.ts';

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly 'x-edgeloop-role'?: string;
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema?: unknown }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema?: unknown }>> };
  readonly responses: Readonly<Record<string, { description: string; content?: Record<string, { schema?: unknown }> }>>;
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly format?: string;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
/** A body is shown this deep; the OpenAPI document has the rest. */
const DEEPEST = 2;

/** The page docs/http-api.md: every route, who may use it, what goes in and comes out. Markdown. */
export function renderApiPage(): string {
  const document = openApiDocument('1');
  const routes = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = (item as Record<string, unknown>)[method] as Operation | undefined;
      return operation ? [{ method: method.toUpperCase(), path, operation }] : [];
    }),
  );
  return `<!-- GENERATED, DO NOT EDIT: npm run docs -->
# HTTP API

Below \`/api/v1\`. A running hub shows it at \`/api/docs\`, and as an OpenAPI 3.1 document at \`/api/v1/openapi.json\`.

- Send an API token as \`Authorization: Bearer elt_...\`. Roles: \`admin\` may do everything; \`operator\` changes the
  fleet and models and reads; \`viewer\` reads; \`worker\` takes jobs. \`any\` is any token, \`open\` needs none.
- Bodies are JSON unless said otherwise. Times are milliseconds since 1970, UTC.
- What was not carried out is answered as \`application/problem+json\` (RFC 9457) with a \`code\` to decide by.

| method | path | role | what |
|---|---|---|---|
${routes.map(({ method, path, operation }) => `| ${method} | [\`${path}\`](#${anchor(method, path)}) | ${operation['x-edgeloop-role']} | ${operation.summary} |`).join('\n')}

${routes.map((route) => section(route)).join('\n')}
## Records

${Object.entries(document.components?.schemas ?? {})
  .map(([name, schema]) => `### ${name}\n\n${fieldList(schema as Schema)}`)
  .join('\n')}`;
}

function section({ method, path, operation }: { method: string; path: string; operation: Operation }): string {
  const parameters = (operation.parameters ?? []).map(
    ({ name, in: place, required, schema }) =>
      `- \`${name}\` in ${place}${required ? '' : ', optional'}: ${typeText(schema as Schema)}`,
  );
  const inputs = Object.entries(operation.requestBody?.content ?? {}).map(([type, { schema }]) =>
    type === 'application/json' ? `- body: ${typeText(schema as Schema)}` : `- body: ${type}`,
  );
  const outputs = Object.entries(operation.responses)
    .filter(([status]) => status !== 'default')
    .map(([status, { description, content }]) => {
      const [type, media] = Object.entries(content ?? {})[0] ?? [];
      if (type === undefined) return `- ${status}: ${description}`;
      const shape = type === 'application/json' ? typeText(media?.schema as Schema) : type;
      return `- ${status}: ${description}. ${shape}`;
    });
  const lines = [
    `### ${method} ${path}`,
    '',
    `${operation.summary}. Role: ${operation['x-edgeloop-role']}.`,
    ...(operation.description === undefined ? [] : ['', operation.description]),
    '',
    ...parameters,
    ...inputs,
    ...outputs,
    '',
  ];
  return lines.join('\n');
}

function fieldList(schema: Schema): string {
  if (schema.properties === undefined) return `${typeText(schema)}\n`;
  const { properties, required = [] } = schema;
  const lines = Object.entries(properties).map(
    ([name, field]) => `- \`${name}\`${required.includes(name) ? '' : ', optional'}: ${typeText(field)}`,
  );
  return `${lines.join('\n')}\n`;
}

/** The shape of a value in one line; records by their name. */
function typeText(schema: Schema | undefined, depth = 0): string {
  if (schema === undefined) return 'anything';
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.$ref !== undefined) return schema.$ref.slice('#/components/schemas/'.length);
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(' or ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return choices.map((choice) => typeText(choice, depth)).join(' or ');
  const types = [schema.type ?? 'anything'].flat();
  return types.map((type) => oneType(type, schema, depth)).join(' or ');
}

function oneType(type: string, schema: Schema, depth: number): string {
  if (type === 'array') return `list of ${typeText(schema.items, depth)}`;
  if (type !== 'object') return type === 'string' && schema.format === 'binary' ? 'bytes' : type;
  if (schema.properties === undefined) {
    const values = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
    return values === undefined || Object.keys(values).length === 0 ? 'object' : `object of ${typeText(values, depth)}`;
  }
  if (depth >= DEEPEST) return '{ ... }';
  const fields = Object.entries(schema.properties).map(
    ([name, field]) => `${name}${schema.required?.includes(name) ? '' : '?'}: ${typeText(field, depth + 1)}`,
  );
  return `{ ${fields.join(', ')} }`;
}

/** As Markdown renderers make it of the heading. */
function anchor(method: string, path: string): string {
  return `${method} ${path}`
    .toLowerCase()
    .replace(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-');
}
