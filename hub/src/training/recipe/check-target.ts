import type { ColumnProfile, DatasetRecord } from '../../store/dataset-store.ts';
import type { Recipe } from '../../store/recipe/recipe.ts';

/** As many as a label of a data set may have. */
const MAX_CLASSES = 1_000;

/** Why a model of the recipe cannot tell its target, or be judged by its gate; empty where it can. */
export function checkTarget(recipe: Recipe, dataset: DatasetRecord): string[] {
  const target = dataset.columns.find(({ name }) => name === recipe.target);
  if (recipe.task === 'regression') return checkNumber(target, recipe);
  if (recipe.task === 'anomaly') return [...checkNormal(target, recipe), ...checkGate(['normal', 'anomaly'], recipe)];
  const classes = recipe.target === dataset.label ? dataset.classes : allLevels(target);
  return [...checkClasses(classes?.length ?? target?.distinct ?? 0, recipe), ...checkGate(classes, recipe)];
}

function checkNumber(target: ColumnProfile | undefined, { family }: Recipe): string[] {
  if (target === undefined || target.kind === 'number') return [];
  const hint = family === 'linear' ? '; family logistic is for classes' : '';
  return [
    `target: task regression wants a number column, got ${JSON.stringify(target.name)} of kind ${target.kind}${hint}`,
  ];
}

function checkClasses(count: number, { target }: Recipe): string[] {
  if (count < 2) return [`label ${JSON.stringify(target)} must have at least 2 classes, got ${count}`];
  return count > MAX_CLASSES
    ? [`target: ${JSON.stringify(target)} must have at most ${MAX_CLASSES} classes, got ${count}`]
    : [];
}

function checkNormal(target: ColumnProfile | undefined, { anomaly }: Recipe): string[] {
  const levels = allLevels(target);
  const unknown = levels && anomaly.normal?.filter((name) => !levels.includes(name));
  if (!unknown?.length) return [];
  return [`anomaly.normal: no class ${unknown.join(', ')}; the classes are ${levels?.join(', ')}`];
}

function checkGate(classes: readonly string[] | undefined, { gate }: Recipe): string[] {
  const unknown = classes && Object.keys(gate.minF1 ?? {}).filter((name) => !classes.includes(name));
  if (!unknown?.length) return [];
  return [`gate.minF1: no class ${unknown.join(', ')}; the classes are ${classes?.join(', ')}`];
}

/** Undefined where the profile does not have them all. */
function allLevels(column: ColumnProfile | undefined): string[] | undefined {
  const names = Object.keys(column?.levels ?? {});
  return column?.levels && names.length === column.distinct ? names : undefined;
}
