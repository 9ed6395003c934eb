import { readFile } from 'node:fs/promises';
import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { z } from 'zod';
import { RequestError } from '../errors.ts';
import { RecipeSchema } from '../store/recipe/recipe.ts';

const datasetText = z.string().regex(/^[^@]+(@[1-9]\d*)?$/, 'expected NAME or NAME@VERSION');

/** What a file says beside the recipe itself. */
const FrameSchema = z.object({
  model: z.string().min(1).optional(),
  dataset: z
    .union([datasetText, z.strictObject({ name: z.string().min(1), version: z.int().min(1).optional() })])
    .optional(),
  description: z.string().max(2_000).optional(),
});

/** A whole training in a file: for which model, on which data, by which recipe. */
export interface RecipeFile {
  readonly model: string | undefined;
  readonly dataset: { readonly name: string; readonly version?: number | undefined } | undefined;
  readonly description: string | undefined;
  readonly recipe: Readonly<Record<string, unknown>>;
}

/**
 * A YAML or JSON file with a recipe, and what the command line says in the place of its fields.
 *
 * @throws RequestError NOT_FOUND; INVALID_INPUT with line and field of everything that is wrong
 */
export async function readRecipeFile(path: string, said: Readonly<Record<string, unknown>>): Promise<RecipeFile> {
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new RequestError('NOT_FOUND', `read ${path}`, { cause });
  });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineOf = (offset: number): number => lines.linePos(offset).line;
  const [error] = document.errors;
  if (error) {
    // The rest of the parser's message draws the place over several lines.
    const [reason = ''] = error.message.split(/:?\n/, 1);
    throw new RequestError('INVALID_INPUT', `${path}:${lineOf(error.pos[0])}: expected YAML: ${reason}`);
  }
  const content = contentOf(document, path);
  if (content !== null && !isFields(content)) {
    throw new RequestError('INVALID_INPUT', `${path}: expected the fields of a recipe, got ${kindOf(content)}`);
  }
  const { model, dataset, description, ...own } = content ?? {};
  const recipe = { ...own, ...said };
  const frame = FrameSchema.safeParse({ model, dataset, description });
  const issues = [...(frame.error?.issues ?? []), ...(RecipeSchema.safeParse(recipe).error?.issues ?? [])];
  if (issues.length > 0) throw refused(path, issues, (keys) => placeOf(document.contents, keys, lineOf));
  return { model, dataset: namedDataset(frame.data?.dataset), description, recipe } as RecipeFile;
}

/** @throws RequestError INVALID_INPUT for aliases that would make a small file a huge one */
function contentOf(document: { toJS(): unknown }, path: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new RequestError('INVALID_INPUT', `${path}: expected YAML with fewer aliases`, { cause });
  }
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'a list' : typeof value;
}

function namedDataset(dataset: z.infer<typeof FrameSchema>['dataset']): RecipeFile['dataset'] {
  if (typeof dataset !== 'string') return dataset;
  const [name = '', version] = dataset.split('@');
  return version === undefined ? { name } : { name, version: Number(version) };
}

type Keys = readonly PropertyKey[];

function refused(
  path: string,
  issues: readonly z.core.$ZodIssue[],
  lineOf: (keys: Keys) => number | undefined,
): RequestError {
  const faults = issues.map((issue) => {
    const keys = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
    const line = lineOf(keys);
    const field = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
    return `${line === undefined ? '' : `line ${line}: `}${field}${issue.message}`;
  });
  return new RequestError('INVALID_INPUT', `${path}: ${faults.join('; ')}`, { details: { faults } });
}

/** Line of a field; of one that is not in the file, that of the nearest one around it. */
function placeOf(root: Node | null, keys: Keys, lineOf: (offset: number) => number): number | undefined {
  let [node, line]: [unknown, number | undefined] = [root, undefined];
  for (const key of keys) {
    if (!isMap(node)) break;
    const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key);
    if (!pair || !isScalar(pair.key)) break;
    line = lineOf(pair.key.range?.[0] ?? 0);
    node = pair.value;
  }
  return line;
}
