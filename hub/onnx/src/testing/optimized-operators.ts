import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { onTestFinished } from 'vitest';
import type { Model } from '../format/messages.ts';
import { readModel } from '../format/read-model.ts';
import { writeModel } from '../format/write-model.ts';
import { modelStats } from '../inspect/model-stats.ts';

/** A model after all of ONNX Runtime's own optimizations: what it really runs. */
export async function optimizedModel(model: Model): Promise<Model> {
  const folder = await mkdtemp(join(tmpdir(), 'edgeloop-onnx-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const optimizedModelFilePath = join(folder, 'optimized.onnx');
  await InferenceSession.create(writeModel(model), {
    graphOptimizationLevel: 'all',
    optimizedModelFilePath,
    logSeverityLevel: 3,
  });
  return readModel(await readFile(optimizedModelFilePath));
}

/** Operators per name of `optimizedModel`, without domains. */
export async function optimizedOperators(model: Model): Promise<Record<string, number>> {
  const { operators } = modelStats(await optimizedModel(model));
  return Object.fromEntries(Object.entries(operators).map(([name, count]) => [name.split('.').at(-1) ?? name, count]));
}
