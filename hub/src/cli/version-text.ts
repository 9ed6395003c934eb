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
import { renderFields } from './table.ts';
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
  const variants = version.variants.map((variant) => {
    const figures = `${bytes(variant.sizeBytes)}, ${qualityText(variant.metrics)}, ${variant.p50Ms.toFixed(3)} ms`;
    return variantText(variant, figures);
  });
  const inputs = signature === undefined ? '' : `\n${signatureText(signature)}`;
  return `${head}\nvariants\n${variants.join('')}${inputs}${searchText(version)}`;
}

function variantText({ name, accepted, reasons, profiles = [] }: Variant, figures: string): string {
  const verdict = accepted ? 'accepted' : 'refused ';
  const only = profiles.length === 0 ? '' : ` (${profiles.join(', ')})`;
  return `  ${verdict}  ${name.padEnd(12)}  ${figures}: ${reasons.join('; ')}${only}\n`;
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
  const forms = variants.map((variant) => {
    const { sizeBytes, quality, p50Ms } = variant;
    return variantText(variant, `${bytes(sizeBytes)}, agreement ${percent(quality.value)}, ${p50Ms.toFixed(3)} ms`);
  });
  const listed = forms.length === 0 ? '' : `\nvariants\n${forms.join('')}`;
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
