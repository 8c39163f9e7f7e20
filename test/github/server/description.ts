/** Checks requests and replies against GitHub's own OpenAPI description, cut by scripts/cut-openapi.ts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

type Parameter = {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required?: boolean;
  readonly schema: object;
};
type Content = {
  readonly 'application/json'?: { readonly schema: { readonly properties?: Record<string, unknown> } };
};
type Reference = { readonly $ref: string };
type OperationDescription = {
  readonly operationId: string;
  readonly parameters: readonly (Parameter | Reference)[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content } | Reference>>;
};
type Description = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationDescription>>>>;
};

const file = join(import.meta.dirname, '../../fixtures/github-openapi.json');
const description: Description = JSON.parse(readFileSync(file, 'utf8'));

/** Replies that GitHub gives on every route, without describing them. */
const undescribedStatuses: ReadonlySet<number> = new Set([401, 403, 404, 429, 500, 502, 503]);

const ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: false, validateFormats: true });
addFormats.default(ajv);
ajv.addSchema(withJsonSchemaNulls(description) as object, 'github');

/** OpenAPI 3.0 says `nullable` where JSON Schema says `type: null`. */
function withJsonSchemaNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withJsonSchemaNulls);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...rest } = value as Record<string, unknown>;
  const converted = Object.fromEntries(
    Object.entries(rest).map(([key, inner]) => [key, withJsonSchemaNulls(inner)]),
  );
  if (nullable === true) return { anyOf: [converted, { type: 'null' }] };
  return nullable === undefined ? converted : { ...converted, nullable: withJsonSchemaNulls(nullable) };
}

function pointer(...path: readonly string[]): string {
  return `github#${path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`;
}

const compiled = new Map<string, ValidateFunction>();

function complaints(schemaPointer: string, value: unknown): readonly string[] {
  const validate = compiled.get(schemaPointer) ?? ajv.compile({ $ref: schemaPointer });
  compiled.set(schemaPointer, validate);
  return validate(value) ? [] : (validate.errors ?? []).map(formatError);
}

function formatError({ instancePath, message }: ErrorObject): string {
  return `${instancePath || '/'} ${message ?? 'is wrong'}`;
}

export type Operation = {
  /** As Octokit writes it, for example `GET /repos/{owner}/{repo}/pulls/{pull_number}/files`. */
  readonly route: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
};

/** The described operation that a request means; `undefined` where there is none. */
export function findOperation(method: string, pathname: string): Operation | undefined {
  for (const [path, methods] of Object.entries(description.paths)) {
    if (methods[method.toLowerCase()] === undefined) continue;
    const pattern = new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
    const match = pattern.exec(pathname);
    if (match === null) continue;
    return {
      route: `${method} ${path}`,
      method: method.toLowerCase(),
      path,
      parameters: { ...match.groups },
    };
  }
  return undefined;
}

function describe(operation: Operation): OperationDescription {
  const found = description.paths[operation.path]?.[operation.method];
  if (found === undefined) throw new Error(`no ${operation.route} in the description`);
  return found;
}

function resolve<T extends object>(value: T | Reference): T {
  if (!('$ref' in value)) return value;
  let target: unknown = description;
  for (const key of value.$ref.slice(2).split('/')) target = (target as Record<string, unknown>)[key];
  return target as T;
}

/** What a request does that the operation does not describe. */
export function checkRequest(operation: Operation, query: URLSearchParams, body: unknown): readonly string[] {
  const { parameters, requestBody } = describe(operation);
  const known = parameters.map((parameter) => resolve<Parameter>(parameter));
  const schema = requestBody?.content['application/json']?.schema;
  return [
    ...known.flatMap((parameter) => checkParameter(parameter, operation, query)),
    ...[...query.keys()]
      .filter((name) => !known.some((parameter) => parameter.in === 'query' && parameter.name === name))
      .map((name) => `query parameter ${name} is not described`),
    ...(schema === undefined || (body === undefined && requestBody?.required !== true)
      ? [body].filter((value) => value !== undefined).map(() => 'a body is not described')
      : complaints(
          pointer(
            'paths',
            operation.path,
            operation.method,
            'requestBody',
            'content',
            'application/json',
            'schema',
          ),
          body,
        )),
    ...Object.keys(schema === undefined ? {} : (body ?? {}))
      .filter((name) => schema?.properties?.[name] === undefined)
      .map((name) => `body property ${name} is not described`),
  ];
}

function checkParameter(
  parameter: Parameter,
  operation: Operation,
  query: URLSearchParams,
): readonly string[] {
  const text = parameter.in === 'path' ? operation.parameters[parameter.name] : query.get(parameter.name);
  if (text === undefined || text === null) {
    return parameter.required === true ? [`parameter ${parameter.name} is missing`] : [];
  }
  const isNumber = (parameter.schema as { type?: string }).type === 'integer';
  const valid = ajv.validate(parameter.schema, isNumber ? Number(text) : text);
  return valid ? [] : [`parameter ${parameter.name}: ${(ajv.errors ?? []).map(formatError).join(', ')}`];
}

/** What is wrong with a reply of our own server: a double that GitHub would not own to proves nothing. */
export function checkReply(operation: Operation, status: number, body: unknown): readonly string[] {
  const described = describe(operation).responses[String(status)];
  if (described === undefined) {
    return undescribedStatuses.has(status)
      ? complaints(pointer('components', 'schemas', 'basic-error'), body)
      : [`status ${status} is not described`];
  }
  const isReference = '$ref' in described;
  const content = resolve<{ readonly content?: Content }>(described).content;
  if (content?.['application/json'] === undefined)
    return body === undefined ? [] : ['a body is not described'];
  const at = isReference
    ? described.$ref.slice(2).split('/')
    : ['paths', operation.path, operation.method, 'responses', String(status)];
  return complaints(pointer(...at, 'content', 'application/json', 'schema'), body);
}
