import type { ReportedSlot } from '../api/queries.ts';
import { Badge } from '../elements/badge.tsx';
import { Facts } from '../elements/facts.tsx';
import { Panel } from '../elements/panel.tsx';
import { ProblemText } from '../elements/problem-text.tsx';
import { versionName } from '../format/names.ts';
import { formatBytes, formatCount, formatDeviation, formatLatency, formatPercent } from '../format/numbers.ts';
import { formatDate } from '../format/times.ts';
import { Phase } from './fleet-words.tsx';

/** What a device says about one of its slots. */
export function DeviceSlot({ slot }: { slot: ReportedSlot }) {
  const { running, previous, runner, selfTest, problem } = slot;
  return (
    <Panel title={`Slot ${slot.slot}`} actions={<Phase phase={slot.phase} />}>
      <div className="columns">
        <Facts
          facts={{
            Runs: running ? `${versionName(running.model, running.version)}, ${running.variant}` : 'nothing',
            Since: running ? formatDate(running.sinceMs) : null,
            Inferences: running ? formatCount(running.inferences) : null,
            'On its way': slot.wantedModel === '' ? null : versionName(slot.wantedModel, slot.wantedVersion),
            Download: slot.downloadBytes > 0 ? <Download slot={slot} /> : null,
            'Kept to go back to': previous ? versionName(previous.model, previous.version) : null,
            'Runner memory': runner ? formatBytes(runner.rssBytes) : null,
            'Runner CPU': runner ? formatPercent(runner.cpuShare) : null,
            'Runner restarts': runner ? formatCount(runner.restarts) : null,
            Problem: problem ? <ProblemText problem={problem} /> : null,
            'Refused variants': <RefusedVariants tests={slot.variantTests} />,
          }}
        />
        {selfTest ? (
          <Facts
            facts={{
              'Self-test': (
                <Badge tone={selfTest.passed ? 'good' : 'bad'}>{selfTest.passed ? 'passed' : 'failed'}</Badge>
              ),
              'Golden rows': formatCount(selfTest.rows),
              'Largest deviation': `${formatDeviation(selfTest.largestDeviation)} of ${formatDeviation(selfTest.tolerance)} allowed`,
              'Latency on the device': `${formatLatency(selfTest.p50Ms)} median, ${formatLatency(selfTest.p95Ms)} p95`,
              'Memory in the test': formatBytes(selfTest.rssBytes),
            }}
          />
        ) : (
          <p className="muted">The model in this slot has not been tested on the device yet.</p>
        )}
      </div>
    </Panel>
  );
}

/** Agents and hubs of before report no tests. */
function RefusedVariants({ tests = [] }: { tests: ReportedSlot['variantTests'] | undefined }) {
  const refused = tests.flatMap(({ model, version, variant, problem: reason }) =>
    reason ? [{ name: `${variant} of ${versionName(model, version)}`, reason }] : [],
  );
  if (refused.length === 0) return 'none';
  return (
    <ul className="reasons">
      {refused.map(({ name, reason }) => (
        <li key={name}>
          {name}: <ProblemText problem={reason} />
        </li>
      ))}
    </ul>
  );
}

function Download({ slot }: { slot: ReportedSlot }) {
  const text = `${formatBytes(slot.downloadedBytes)} of ${formatBytes(slot.downloadBytes)}`;
  return (
    <>
      <progress value={slot.downloadedBytes} max={slot.downloadBytes} aria-label="Downloaded" /> {text}
    </>
  );
}
