import type { ModelSignature } from '@edgeloop/protocol';
import type { ModelInspection } from '../store/model-inspection.ts';
import type {
  TrainedVersion,
  UploadedVersion,
  UploadVariantRecord,
  VariantRecord,
  VersionRecord,
} from '../store/model-store.ts';
import { metricsFields, qualityText } from './metrics-text.ts';
import { quantizationText } from './quantization-text.ts';
import { signatureText } from './signature-text.ts';
import { renderFields, renderTable } from './table.ts';
import { bytes, count, percent, time } from './words.ts';

type Variant = VariantRecord | UploadVariantRecord;

/** What a version is, for people. @param signature of a version with a release */
export function versionText(version: VersionRecord, signature?: ModelSignature): string {
  return version.origin === 'run' ? trainedText(version, signature) : uploadedText(version);
}

function trainedText(version: TrainedVersion, signature: ModelSignature | undefined): string {
  const { evaluation, lineage } = version;
  const head = renderFields({
    version: `${version.model}@${version.version}`,
    ...metricsFields(evaluation, version.classes),
    'signed by': version.signedBy.slice(0, 16),
    release: version.releaseDigest.slice(0, 16),
    'made from': `${lineage.dataset.name}@${lineage.dataset.version}, ${lineage.runId}`,
    ...derivedFields(version),
    ...(lineage.from === null ? {} : { 'fine-tuned from': `${lineage.from.model}@${lineage.from.version}` }),
    created: time(version.createdMs),
  });
  const variants = variantTable(version.variants, ({ metrics }) => qualityText(metrics), version.quantization);
  const inputs = signature === undefined ? '' : `\n${signatureText(signature)}`;
  return `${head}\nvariants\n${variants}${inputs}${searchText(version)}`;
}

/** The reasons for a variant stand here only where no report tells them. */
function variantTable<V extends Variant>(
  variants: readonly V[],
  quality: (variant: V) => string | null,
  report: VersionRecord['quantization'],
): string {
  const columns = [
    ['VARIANT', ({ name }: V) => name],
    ['VERDICT', ({ accepted }: V) => (accepted ? 'accepted' : 'refused')],
    ['SIZE', ({ sizeBytes }: V) => bytes(sizeBytes)],
    ['QUALITY', quality],
    ['P50', ({ p50Ms }: V) => `${p50Ms.toFixed(3)} ms`],
    ['FOR', ({ profiles = [] }: V) => profiles.join(', ') || 'every profile'],
    ...(report ? [] : [['WHY', ({ reasons }: V) => reasons.join('; ')] as const]),
  ] as const;
  return renderTable(variants, columns, 'none');
}

function derivedFields({ model, lineage: { derivedFrom } }: TrainedVersion): Record<string, string> {
  if (derivedFrom === undefined) return {};
  return { 'derived from': `${model}@${derivedFrom.version}, by ${derivedFrom.quantizationId}` };
}

/** How the forms were found. */
function searchText({ quantization }: VersionRecord): string {
  return quantization ? `\nquantization\n${quantizationText(quantization)}` : '';
}

function uploadedText(record: UploadedVersion): string {
  const { upload, variants } = record;
  const quality = ({ quality: { value } }: UploadVariantRecord): string => `agreement ${percent(value)}`;
  const listed = variants.length === 0 ? '' : `\nvariants\n${variantTable(variants, quality, record.quantization)}`;
  const none = upload.unquantized === undefined ? '' : `\nno smaller forms: ${upload.unquantized}\n`;
  return `${fileText(record)}${listed}${none}${searchText(record)}`;
}

function fileText({ model, version, upload, createdMs }: UploadedVersion): string {
  const { inspection } = upload;
  return renderFields({
    version: `${model}@${version}`,
    file: `${upload.fileName}, ${bytes(upload.sizeBytes)}, uploaded by ${upload.by}`,
    digest: upload.digest.slice(0, 16),
    ...(upload.description === '' ? {} : { description: upload.description }),
    inputs: inspection.inputs.map(valueText).join(', '),
    outputs: inspection.outputs.map(valueText).join(', '),
    ...(inspection.producer === '' ? {} : { 'made with': inspection.producer }),
    parameters: `${count(inspection.parameterCount)}, ${bytes(inspection.weightBytes)}`,
    'multiply-adds': costText(inspection),
    'operator sets': Object.entries(inspection.opsets)
      .map(([domain, set]) => `${domain === '' ? 'ai.onnx' : domain} ${set}`)
      .join(', '),
    operators: Object.entries(inspection.operators)
      .map(([operator, nodes]) => `${nodes} ${operator}`)
      .join(', '),
    head: inspection.head
      ? `${inspection.head.node}: ${inspection.head.units} features, ${inspection.head.classes} classes`
      : `none: ${inspection.headless}`,
    'no gradient': inspection.notDifferentiable.join(', ') || 'nothing is in the way of training all weights',
    'loaded by': inspection.engine,
    created: time(createdMs),
  });
}

function valueText({ name, type, dims }: ModelInspection['inputs'][number]): string {
  return `${name} ${type ?? '?'} [${dims?.map((dim) => dim ?? '?').join(', ') ?? '...'}]`;
}

function costText({ multiplyAdds, unestimatedOperators }: ModelInspection): string {
  const others = unestimatedOperators.length === 0 ? '' : `, without ${unestimatedOperators.join(', ')}`;
  return `${count(multiplyAdds)} for one row, open sizes as 1${others}`;
}
