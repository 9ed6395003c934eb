import type { Command } from 'commander';
import type { RunView } from '../../api/schemas/runs.ts';
import type { EpochFigures, JobMetrics, StepFigures } from '../../store/job-metrics-store.ts';
import type { CrossValidation } from '../../training/validation/cross-validation-figures.ts';
import type { CliIo } from '../cli-io.ts';
import { recipeText } from '../recipe-text.ts';
import { command, group, Session } from '../session.ts';
import { renderFields, type TableColumn } from '../table.ts';
import { bytes, decimals, percent, time } from '../words.ts';

/** `edgeloop runs`. */
export function runCommands(io: CliIo): Command {
  return group('runs', 'Trainings, past and present.')
    .addCommand(list(io))
    .addCommand(show(io))
    .addCommand(metrics(io))
    .addCommand(recipe(io))
    .addCommand(cancel(io))
    .addCommand(resume(io));
}

function list(io: CliIo): Command {
  return command('list', 'List runs, newest first.')
    .option('--model <NAME>', 'only of this model')
    .action(async (options) => {
      const session = new Session(io, options);
      const answer = await session.api.get<{ runs: RunView[] }>('/runs', { model: options.model });
      const columns = [
        ['RUN', (run: RunView) => run.id],
        ['MODEL', (run: RunView) => run.model],
        ['STATE', (run: RunView) => run.state],
        ['PROGRESS', (run: RunView) => (run.progress?.share ? percent(run.progress.share) : run.progress?.stage)],
        ['VERSION', (run: RunView) => run.version],
        ['DATA SET', (run: RunView) => `${run.dataset.name}@${run.dataset.version}`],
        ['STARTED', (run: RunView) => time(run.createdMs)],
      ] as const;
      session.answerTable(answer, answer.runs, columns, 'no runs');
    });
}

function show(io: CliIo): Command {
  return command('show', 'Show one run.')
    .argument('<id>')
    .action(async (id: string, options) => {
      const session = new Session(io, options);
      const run = await session.api.get<RunView>(pathOf(id));
      const figures = await session.api.get<JobMetrics>(`${pathOf(id)}/metrics`);
      session.answer(run, () => renderFields({ ...fieldsOf(run), ...curveFields(figures) }));
    });
}

function fieldsOf(run: RunView): Record<string, string | number | null | undefined> {
  const { checkpoint } = run;
  const from = run.recipe['from'] as { model: string; version: number } | undefined;
  const kept = checkpoint && `epoch ${checkpoint.epoch}, step ${checkpoint.step}, ${bytes(checkpoint.sizeBytes)}`;
  return {
    run: run.id,
    model: run.model,
    state: run.state,
    stage: run.progress?.stage,
    progress: percent(run.progress?.share),
    version: run.version,
    error: run.error && `${run.error.message} [${run.error.code}]`,
    'data set': `${run.dataset.name}@${run.dataset.version}`,
    ...(from ? { 'starts from': `${from.model}@${from.version}` } : {}),
    family: String(run.recipe['family'] ?? 'mlp'),
    ...(run.notes?.length ? { choices: run.notes.join('; ') } : {}),
    ...foldFields(run),
    cause: `${run.cause.kind} ${run.cause.ref}`,
    started: time(run.createdMs),
    ...(checkpoint ? { checkpoint: `${kept}, blob ${checkpoint.digest.slice(0, 16)}` } : {}),
  };
}

/** Mean and spread of what cross-validation measured, where there was one. */
function foldFields({ results }: RunView): Record<string, string> {
  const train = results.train as
    | { readonly trainingRecord?: { readonly crossValidation?: CrossValidation } }
    | undefined;
  const validation = train?.trainingRecord?.crossValidation;
  if (!validation) return {};
  const told = Object.entries(validation.figures).map(
    ([name, { mean, deviation }]) => `${name} ${decimals(mean, 3)} +- ${decimals(deviation, 3)}`,
  );
  return { [`${validation.folds} folds`]: told.join(', ') };
}

/** The essentials of the curve. */
function curveFields({ steps, epochs }: JobMetrics): Record<string, string> {
  const [step, first, last] = [steps.at(-1), epochs[0], epochs.at(-1)];
  if (!first || !last) return step ? { 'last step': stepText(step) } : {};
  const best = epochs.reduce((one, other) => (other.validationLoss < one.validationLoss ? other : one));
  return {
    ...(step ? { 'last step': stepText(step) } : {}),
    'first epoch': epochText(first),
    'best epoch': epochText(best),
    'last epoch': epochText(last),
  };
}

function stepText({ step, loss, learningRate, samplesPerSecond }: StepFigures): string {
  const rate = Math.round(samplesPerSecond).toLocaleString('en-US');
  return `${step}: loss ${decimals(loss, 4)}, learning rate ${learningRate.toPrecision(3)}, ${rate} rows/s`;
}

function epochText(figures: EpochFigures): string {
  const { epoch, trainLoss, validationLoss, validationAccuracy, validationBalancedAccuracy, validationR2 } = figures;
  const told = [
    `training loss ${decimals(trainLoss, 4)}`,
    `validation loss ${decimals(validationLoss, 4)}`,
    ...(validationAccuracy === undefined ? [] : [`accuracy ${percent(validationAccuracy)}`]),
    ...(validationBalancedAccuracy === undefined ? [] : [`balanced ${percent(validationBalancedAccuracy)}`]),
    ...(validationR2 === undefined ? [] : [`R2 ${decimals(validationR2, 3)}`]),
  ];
  return `${epoch}: ${told.join(', ')}`;
}

function metrics(io: CliIo): Command {
  return command('metrics', 'Show how a training goes, or went, by epoch.')
    .argument('<id>')
    .option('--steps', 'by step instead; of many, some')
    .action(async (id: string, options) => {
      const session = new Session(io, options);
      const answer = await session.api.get<JobMetrics>(`${pathOf(id)}/metrics`);
      if (options.steps) session.answerTable(answer, answer.steps, STEP_COLUMNS, 'no figures yet');
      else session.answerTable(answer, answer.epochs, epochColumns(answer.epochs), 'no figures yet');
    });
}

/** What there is to tell of this kind of model. */
function epochColumns(epochs: readonly EpochFigures[]): readonly TableColumn<EpochFigures>[] {
  return EPOCH_COLUMNS.filter(([, , field]) => epochs.some((figures) => figures[field] !== undefined)).map(
    ([name, textOf]) => [name, textOf],
  );
}

const EPOCH_COLUMNS: readonly [string, (figures: EpochFigures) => string | number | null, keyof EpochFigures][] = [
  ['EPOCH', ({ epoch }) => epoch, 'epoch'],
  ['TRAINING LOSS', ({ trainLoss }) => decimals(trainLoss, 4), 'trainLoss'],
  ['VALIDATION LOSS', ({ validationLoss }) => decimals(validationLoss, 4), 'validationLoss'],
  ['ACCURACY', ({ validationAccuracy }) => percent(validationAccuracy), 'validationAccuracy'],
  ['BALANCED', (figures) => percent(figures.validationBalancedAccuracy), 'validationBalancedAccuracy'],
  ['R2', ({ validationR2 }) => decimals(validationR2, 3), 'validationR2'],
];

const STEP_COLUMNS = [
  ['STEP', (figures: StepFigures) => figures.step],
  ['EPOCH', (figures: StepFigures) => figures.epoch],
  ['LOSS', (figures: StepFigures) => decimals(figures.loss, 4)],
  ['LEARNING RATE', (figures: StepFigures) => figures.learningRate.toPrecision(3)],
  ['ROWS/S', (figures: StepFigures) => Math.round(figures.samplesPerSecond)],
] as const;

function recipe(io: CliIo): Command {
  return command('recipe', 'Show the recipe of a run in full, as a file that trains the same again.')
    .argument('<id>')
    .action(async (id: string, options) => {
      const session = new Session(io, options);
      const run = await session.api.get<RunView>(pathOf(id));
      session.answer(run.recipe, () => recipeText(run));
    });
}

function cancel(io: CliIo): Command {
  return command('cancel', 'End a run that is under way.')
    .argument('<id>')
    .action(async (id: string, options) => {
      const session = new Session(io, options);
      const run = await session.api.post<RunView>(`${pathOf(id)}/cancel`);
      session.answer(run, () => `${run.id} is ${run.state}\n`);
    });
}

function resume(io: CliIo): Command {
  return command('resume', 'Go on with a failed or cancelled run, from its checkpoint if it has one.')
    .argument('<id>')
    .action(async (id: string, options) => {
      const session = new Session(io, options);
      const run = await session.api.post<RunView>(`${pathOf(id)}/resume`);
      const { checkpoint } = run;
      const from = checkpoint ? ` from epoch ${checkpoint.epoch}, step ${checkpoint.step}` : '';
      session.answer(run, () => `${run.id} is ${run.state} again${from}\n`);
    });
}

function pathOf(id: string): string {
  return `/runs/${encodeURIComponent(id)}`;
}
