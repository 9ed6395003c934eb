import type { ModelInspection, UploadedVersion } from '@edgeloop/hub';
import { EmptyNotice } from '../elements/empty-notice.tsx';
import { Facts } from '../elements/facts.tsx';
import { Panel } from '../elements/panel.tsx';
import { formatBytes, formatCompact, formatCount } from '../format/numbers.ts';
import { formatDate } from '../format/times.ts';
import { valueText } from './value-text.ts';

/** A model that was made elsewhere: what its file is, and what can be done with it. */
export function VersionUpload({ version: { model, version, upload, createdMs } }: { version: UploadedVersion }) {
  return (
    <>
      {upload.inspection.head ? (
        <EmptyNotice command={`edgeloop train MODEL --from ${model}@${version} --dataset DATASET --wait`}>
          This version was uploaded and has no signed release, so it cannot be rolled out. Train a version from it:
        </EmptyNotice>
      ) : (
        <EmptyNotice>
          This version was uploaded and has no signed release, so it cannot be rolled out. No version can be trained
          from it: it has no head that could be replaced.
        </EmptyNotice>
      )}
      <div className="columns">
        <Panel title="File">
          <Facts
            facts={{
              Name: upload.fileName,
              Size: formatBytes(upload.sizeBytes),
              Digest: <code className="digest">{upload.digest}</code>,
              Description: upload.description || null,
              'Uploaded by': upload.by,
              When: formatDate(createdMs),
            }}
          />
        </Panel>
        <Panel title="Model">
          <Inspected inspection={upload.inspection} />
        </Panel>
      </div>
    </>
  );
}

function Inspected({ inspection }: { inspection: ModelInspection }) {
  const { head } = inspection;
  return (
    <Facts
      facts={{
        Inputs: inspection.inputs.map(valueText).join(', '),
        Outputs: inspection.outputs.map(valueText).join(', '),
        Parameters: `${formatCount(inspection.parameterCount)}, ${formatBytes(inspection.weightBytes)}`,
        'Made with': inspection.producer || null,
        'Multiply-adds': `${formatCompact(inspection.multiplyAdds)} a row, open sizes as 1`,
        Head: head ? `${head.node}: ${formatCount(head.units)} features, ${head.classes} classes` : inspection.headless,
        'Cannot be trained through': inspection.notDifferentiable.join(', ') || 'nothing',
        Operators: Object.entries(inspection.operators)
          .map(([operator, nodes]) => `${nodes} ${operator}`)
          .join(', '),
        'Loaded by': inspection.engine,
      }}
    />
  );
}
