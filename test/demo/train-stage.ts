import { RigError } from '../rig/errors.ts';
import { waitFor } from '../rig/wait-for.ts';
import { DEMO_DATASET, DEMO_MODEL, type DemoContext } from './demo-context.ts';
import { bytes, percent } from './narrator.ts';
import { SHUTTLE_LABEL } from './shuttle-data.ts';

interface RunView {
  readonly id: string;
  readonly state: string;
  readonly version: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly results: { readonly train?: { readonly trainingRecord: Record<string, number> } };
}

interface VariantView {
  readonly name: string;
  readonly sizeBytes: number;
  readonly accepted: boolean;
  readonly reasons: readonly string[];
  readonly metrics: { readonly accuracy: number; readonly rows: number };
  readonly p50Ms: number;
}

interface VersionView {
  readonly version: number;
  readonly releaseDigest: string;
  readonly signedBy: string;
  readonly variants: readonly VariantView[];
}

export interface DataFigures {
  readonly rows: number;
  readonly sizeBytes: number;
  readonly columns: number;
  readonly classes: number;
}

export interface TrainingFigures {
  readonly version: number;
  readonly seconds: number;
  readonly epochs: number | null;
  readonly samplesPerSecond: number | null;
  readonly variants: readonly {
    readonly name: string;
    readonly sizeBytes: number;
    readonly accuracy: number;
    readonly accepted: boolean;
    readonly p50Ms: number;
  }[];
}

export async function importData({ client, data, narrator }: DemoContext): Promise<DataFigures> {
  const query = new URLSearchParams({ name: DEMO_DATASET, label: SHUTTLE_LABEL, format: 'csv' });
  const record = await client.upload<{ rows: number; sizeBytes: number; columns: unknown[]; classes: string[] }>(
    `/datasets?${query}`,
    data.trainingCsv,
  );
  narrator.say(
    `${record.rows} rows of nine sensors and ${record.classes.length} operating states imported as ${DEMO_DATASET}@1`,
  );
  narrator.say(`${data.replayRows} other rows wait on the devices; the hub never sees them as a file`);
  return {
    rows: record.rows,
    sizeBytes: record.sizeBytes,
    columns: record.columns.length,
    classes: record.classes.length,
  };
}

export async function train({ client, narrator }: DemoContext): Promise<TrainingFigures> {
  const startedMs = Date.now();
  const run = await client.post<RunView>('/runs', { model: DEMO_MODEL, dataset: { name: DEMO_DATASET } });
  narrator.say(`run ${run.id} is with the worker`);
  let told = '';
  const ended = await waitFor(
    'the run to end',
    async () => {
      const now = await client.get<RunView>(`/runs/${run.id}`);
      if (now.state !== told) narrator.say(now.state);
      told = now.state;
      return ['done', 'refused', 'failed', 'cancelled'].includes(now.state) && now;
    },
    { timeoutMs: 120_000, intervalMs: 250 },
  );
  if (ended.version === null) {
    throw new RigError('STAGE_FAILED', `the run ended as ${ended.state}: ${ended.error?.message ?? 'no reason given'}`);
  }
  const version = await client.get<VersionView>(`/models/${DEMO_MODEL}/versions/${ended.version}`);
  for (const variant of version.variants) narrator.say(variantLine(variant));
  narrator.say(`${DEMO_MODEL}@${version.version} signed by key ${version.signedBy.slice(0, 12)}`);
  const record = ended.results.train?.trainingRecord;
  return {
    version: version.version,
    seconds: (Date.now() - startedMs) / 1000,
    epochs: record?.['epochs'] ?? null,
    samplesPerSecond: record?.['samplesPerSecond'] ?? null,
    variants: version.variants.map(({ name, sizeBytes, metrics, accepted, p50Ms }) => ({
      name,
      sizeBytes,
      accuracy: metrics.accuracy,
      accepted,
      p50Ms,
    })),
  };
}

function variantLine(variant: VariantView): string {
  const verdict = variant.accepted ? 'accepted' : 'refused';
  const figures = `${bytes(variant.sizeBytes)}, ${percent(variant.metrics.accuracy)} of ${variant.metrics.rows} held-out rows`;
  const missed = variant.reasons.filter((reason) => reason.startsWith('not '));
  return `${variant.name.padEnd(16)} ${figures}: ${verdict}${variant.accepted ? '' : ` (${missed.join('; ')})`}`;
}
