import type { Family, Task } from './families.ts';
import type { LossRecipe } from './optimization.ts';

/** What a family and the other fields have to agree on. */
export interface FamilyFields {
  readonly family: Family;
  readonly task?: Task | undefined;
  readonly hidden: readonly number[];
  readonly filters: readonly number[];
  readonly image?: { readonly height: number; readonly width: number } | undefined;
  readonly window?: { readonly size: number } | undefined;
  readonly layers?: unknown;
  readonly loss: LossRecipe;
  readonly engine: string;
  readonly tfjsBackend: string;
  readonly classWeights: string;
  readonly sampling: string;
  readonly augmentation: { readonly shiftPixels: number };
}

type Fault = (path: string, message: string) => void;

/** Families that read one kind of data beside number columns, or other kinds only. */
const READS_IMAGES: ReadonlySet<Family> = new Set([
  ...(['auto', 'cnn', 'mobile-cnn', 'autoencoder', 'layers', 'fine-tune', 'fusion'] as const),
]);
const READS_WINDOWS: ReadonlySet<Family> = new Set(['auto', 'sensor-cnn', 'sensor-gru', 'autoencoder', 'layers']);
const SHIFTS_IMAGES: ReadonlySet<Family> = new Set(['auto', 'cnn', 'mobile-cnn']);
const WITHOUT_HIDDEN: ReadonlySet<Family> = new Set(['logistic', 'linear', 'text-linear']);
const WITH_HIDDEN: ReadonlySet<Family> = new Set(['mlp', 'autoencoder']);
const ONLY_TASK: Readonly<Partial<Record<Family, Task>>> = {
  logistic: 'classification',
  linear: 'regression',
  autoencoder: 'anomaly',
  'fine-tune': 'classification',
};

const CLASS_LOSSES: ReadonlySet<string> = new Set(['cross-entropy', 'focal']);

/** Tells `fault` of every field that does not go with the family or the task. */
export function checkFamily(fields: FamilyFields, fault: Fault): void {
  checkData(fields, fault);
  checkLayers(fields, fault);
  checkTask(fields, fault);
  checkEngine(fields, fault);
}

function checkData({ family, image, window, filters, augmentation }: FamilyFields, fault: Fault): void {
  const { shiftPixels } = augmentation;
  if (image && !READS_IMAGES.has(family)) {
    fault('image', `families cnn, mobile-cnn and fine-tune read images, got family ${family}`);
  }
  if (window && !READS_WINDOWS.has(family)) {
    fault('window', `families sensor-cnn, sensor-gru and autoencoder read windows, got family ${family}`);
  }
  if (!window && (family === 'sensor-cnn' || family === 'sensor-gru')) {
    fault('window', `family ${family} wants the size of its windows`);
  }
  if (shiftPixels > 0 && !SHIFTS_IMAGES.has(family)) {
    fault(
      'augmentation',
      `only families cnn and mobile-cnn shift images, got family ${family} and ${shiftPixels} pixels`,
    );
  }
  if (family !== 'cnn' || !image || Math.min(image.height, image.width) >= 2 ** filters.length) return;
  const size = `${image.height} x ${image.width}`;
  fault('filters', `each one halves the image: ${size} allows fewer than ${filters.length}`);
}

function checkLayers({ family, hidden, layers }: FamilyFields, fault: Fault): void {
  if (WITHOUT_HIDDEN.has(family) && hidden.length > 0) {
    fault('hidden', `family ${family} has no hidden layers, got ${JSON.stringify(hidden)}`);
  }
  if (WITH_HIDDEN.has(family) && hidden.length === 0) fault('hidden', `family ${family} wants at least 1 layer, got 0`);
  if (family === 'layers' && layers === undefined) {
    fault('layers', 'family layers wants a model.json of Keras or TensorFlow.js');
  }
  if (family !== 'layers' && layers !== undefined) fault('layers', `only family layers has it, got family ${family}`);
}

function checkTask({ family, task, loss, classWeights, sampling }: FamilyFields, fault: Fault): void {
  const only = ONLY_TASK[family];
  if (task !== undefined && only !== undefined && task !== only) {
    fault('family', `family ${family} is for ${only}, got task ${task}`);
  }
  if (task === 'anomaly' && family !== 'autoencoder' && family !== 'auto') {
    fault('family', `anomalies are found by family autoencoder, got family ${family}`);
  }
  if (task === undefined) return;
  if (CLASS_LOSSES.has(loss.kind) !== (task === 'classification')) {
    fault('loss', `${loss.kind} does not go with task ${task}`);
  }
  if (task === 'classification') return;
  if (classWeights !== 'none') fault('classWeights', `only task classification has classes to weigh, got task ${task}`);
  if (sampling !== 'shuffled') fault('sampling', `only task classification has classes to deal, got task ${task}`);
}

function checkEngine({ family, engine, tfjsBackend }: FamilyFields, fault: Fault): void {
  if (engine === 'ort') {
    if (tfjsBackend !== 'auto') fault('tfjsBackend', `only engine tfjs has backends, got ${tfjsBackend}`);
    return;
  }
  if (family === 'fine-tune') fault('engine', 'family fine-tune starts from an ONNX model, which engine ort trains');
}
