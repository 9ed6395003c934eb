import type { ProfileClass, QuantizationReport, VersionRecord } from '@edgeloop/hub';
import { EmptyNotice } from '../elements/empty-notice.tsx';
import { Facts } from '../elements/facts.tsx';
import { Panel } from '../elements/panel.tsx';
import { Reasons } from '../elements/reasons.tsx';
import { formatBytes, formatCount, formatLatency } from '../format/numbers.ts';
import { QuantizationSteps } from './quantization-steps.tsx';
import { figureName, goalsText, profilesText, reachedText } from './quantization-words.ts';

/** How the smaller forms of a version were found: what was tried for which devices, what was chosen, and why. */
export function VersionQuantization({ version }: { version: VersionRecord }) {
  const { model, version: number, quantization, upload } = version;
  if (quantization) return <Report report={quantization} />;
  const why = upload?.unquantized === undefined ? '' : ` The upload says: ${upload.unquantized}.`;
  return (
    <EmptyNotice command={`edgeloop quantize ${model}@${number}`}>
      There is no report of a search for smaller forms.{why} Look for them:
    </EmptyNotice>
  );
}

function Report({ report }: { report: QuantizationReport }) {
  const { calibration, float, measuredOn, notes, classes } = report;
  const { quality } = float;
  return (
    <>
      <Panel title="Search for smaller forms">
        <Facts
          facts={{
            Goals: goalsText(report),
            'Judged by': `${figureName(quality)} on ${formatCount(quality.rows)} rows`,
            Float32: `${formatBytes(float.sizeBytes)}, ${reachedText(quality)}, ${formatLatency(float.p50Ms)} a row`,
            Calibration: calibration.source === 'none' ? 'no rows' : `${formatCount(calibration.rows)} rows`,
            'Measured on': `${measuredOn.cpu}, one thread, ${measuredOn.engine}`,
            'Instruction sets': measuredOn.instructionSets.join(', ') || null,
          }}
        />
        {notes.length === 0 ? null : <Reasons reasons={notes} />}
      </Panel>
      {classes.map((entry) => (
        <Searched key={`${entry.name} ${profilesText(entry)}`} entry={entry} floatBytes={float.sizeBytes} />
      ))}
    </>
  );
}

function Searched({ entry, floatBytes }: { entry: ProfileClass; floatBytes: number }) {
  const { name, chosen, why, order, steps } = entry;
  return (
    <Panel title={`For ${profilesText(entry)}`}>
      <Facts facts={{ Class: name, Chosen: <strong>{chosen}</strong>, Why: why, 'Tried in order': order.join(', ') }} />
      {steps.length === 0 ? null : (
        <QuantizationSteps caption={`Forms tried for ${name}`} steps={steps} floatBytes={floatBytes} />
      )}
    </Panel>
  );
}
