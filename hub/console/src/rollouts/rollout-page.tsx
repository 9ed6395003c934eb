import type { RolloutDeviceRecord, RolloutRecord } from '@edgeloop/hub';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { rolloutQuery } from '../api/queries.ts';
import { Answer } from '../elements/answer.tsx';
import { Badge } from '../elements/badge.tsx';
import { type Column, DataTable } from '../elements/data-table.tsx';
import { EmptyNotice } from '../elements/empty-notice.tsx';
import { Facts } from '../elements/facts.tsx';
import { PageHead } from '../elements/page-head.tsx';
import { Panel } from '../elements/panel.tsx';
import { ProblemText } from '../elements/problem-text.tsx';
import { useNow } from '../elements/use-now.ts';
import { counted, stateWord, versionName } from '../format/names.ts';
import { formatCount, formatPercent } from '../format/numbers.ts';
import { formatAgo, formatDate, formatDuration } from '../format/times.ts';
import { useSession } from '../session/session-context.ts';
import { RolloutActions } from './rollout-actions.tsx';
import { ROLLOUT_DEVICE_TONES, ROLLOUT_TONES, sharesText, type Wave, wavesOf, waveText } from './rollout-words.ts';

/** One rollout: its waves, each device in them, and the gate they must pass. */
export function RolloutPage() {
  const { rollout: id } = useParams({ from: '/rollouts/$rollout' });
  const { hub } = useSession();
  const query = useQuery(rolloutQuery(hub, id));
  const rollout = query.data?.rollout;
  return (
    <>
      <PageHead
        title={rollout ? versionName(rollout.model, rollout.version) : 'Rollout'}
        trail={<Link to="/rollouts">Rollouts</Link>}
      >
        {rollout ? <RolloutActions rollout={rollout} /> : null}
      </PageHead>
      <Answer query={query} what="the rollout">
        {({ rollout: record, devices }) => <RolloutView rollout={record} devices={devices} />}
      </Answer>
    </>
  );
}

function RolloutView({ rollout, devices }: { rollout: RolloutRecord; devices: readonly RolloutDeviceRecord[] }) {
  return (
    <>
      <div className="columns">
        <Standing rollout={rollout} devices={devices} />
        <Gate rollout={rollout} />
      </div>
      {devices.length === 0 ? (
        <EmptyNotice command="edgeloop devices">
          No enrolled device matches the labels of this rollout. See which labels your devices have:
        </EmptyNotice>
      ) : (
        wavesOf(rollout, devices).map((wave) => <WavePanel key={wave.number} wave={wave} />)
      )}
    </>
  );
}

function Standing({ rollout, devices }: { rollout: RolloutRecord; devices: readonly RolloutDeviceRecord[] }) {
  const healthy = devices.filter(({ state }) => state === 'healthy').length;
  const labels = Object.entries(rollout.plan.labels).map(([name, value]) => `${name}=${value}`);
  return (
    <Panel title="Standing" actions={<Badge tone={ROLLOUT_TONES[rollout.state]}>{stateWord(rollout.state)}</Badge>}>
      <progress className="wide" value={healthy} max={Math.max(devices.length, 1)} aria-label="Healthy devices" />
      <Facts
        facts={{
          Devices: `${healthy} of ${counted(devices.length, 'device')} healthy`,
          Progress: waveText(rollout),
          Reason: rollout.reason,
          Version: (
            <Link to="/models/$model/$version" params={{ model: rollout.model, version: String(rollout.version) }}>
              {versionName(rollout.model, rollout.version)}
            </Link>
          ),
          'Asked for by':
            rollout.cause.kind === 'retraining' ? (
              <>
                retraining <Link to="/monitoring">{rollout.cause.ref}</Link>
              </>
            ) : (
              rollout.cause.ref
            ),
          Slot: rollout.plan.slot,
          'Devices with': labels.length === 0 ? 'any labels' : labels.join(', '),
          Started: formatDate(rollout.createdMs),
          Changed: formatDate(rollout.updatedMs),
        }}
      />
    </Panel>
  );
}

function Gate({ rollout: { plan } }: { rollout: RolloutRecord }) {
  const { gate, samples } = plan;
  return (
    <Panel title="Gate of each wave">
      <Facts
        facts={{
          Waves: sharesText(plan.waves),
          'Must become healthy': formatPercent(gate.minSuccessShare),
          'Inferences before healthy': formatCount(gate.minInferences),
          'Healthy for': formatDuration(gate.soakMs),
          'Errors at most': formatPercent(gate.maxErrorShare),
          'Time for a device': formatDuration(gate.deviceTimeoutMs),
          'Samples asked for':
            samples.kind === 'none' ? 'none' : `${samples.kind}, up to ${formatCount(samples.perHour)} an hour`,
        }}
      />
    </Panel>
  );
}

function WavePanel({ wave }: { wave: Wave }) {
  const nowMs = useNow(5_000);
  const columns: readonly Column<RolloutDeviceRecord>[] = [
    {
      head: 'Device',
      cell: ({ deviceId }) => (
        <Link to="/fleet/$device" params={{ device: deviceId }}>
          {deviceId}
        </Link>
      ),
    },
    { head: 'State', cell: ({ state }) => <Badge tone={ROLLOUT_DEVICE_TONES[state]}>{stateWord(state)}</Badge> },
    { head: 'Before', cell: ({ previous }) => (previous ? versionName(previous.model, previous.version) : 'nothing') },
    { head: 'Offered', cell: ({ offeredMs }) => (offeredMs === null ? 'not yet' : formatAgo(offeredMs, nowMs)) },
    {
      head: 'Healthy since',
      cell: ({ healthySinceMs }) => (healthySinceMs === null ? 'not yet' : formatAgo(healthySinceMs, nowMs)),
    },
    { head: 'Problem', cell: ({ problem }) => <ProblemText problem={problem} /> },
  ];
  const title = `Wave ${wave.number}: up to ${sharesText([wave.share])} of the devices, ${wave.standing}`;
  return (
    <Panel title={title}>
      {wave.devices.length === 0 ? (
        <EmptyNotice>No device falls into this wave.</EmptyNotice>
      ) : (
        <DataTable caption={title} columns={columns} rows={wave.devices} rowKey={({ deviceId }) => deviceId} />
      )}
    </Panel>
  );
}
