import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { hubAnswer } from '../api/hub-answer.ts';
import { type Device, deviceEventsQuery, deviceQuery } from '../api/queries.ts';
import { ActionButton } from '../elements/action-button.tsx';
import { Answer } from '../elements/answer.tsx';
import { EmptyNotice } from '../elements/empty-notice.tsx';
import { EventFeed } from '../elements/event-feed.tsx';
import { Facts } from '../elements/facts.tsx';
import { PageHead } from '../elements/page-head.tsx';
import { Panel } from '../elements/panel.tsx';
import { ProblemText } from '../elements/problem-text.tsx';
import { useNow } from '../elements/use-now.ts';
import { formatBytes, formatCount, formatPercent } from '../format/numbers.ts';
import { formatAgo, formatDate, formatDuration } from '../format/times.ts';
import { mayOperate, useSession } from '../session/session-context.ts';
import { DeviceSlot } from './device-slot.tsx';
import { Presence } from './fleet-words.tsx';

/** One device: what it is, what it runs, what happened to it. */
export function DevicePage() {
  const { device: id } = useParams({ from: '/fleet/$device' });
  const { hub } = useSession();
  const query = useQuery(deviceQuery(hub, id));
  const events = useQuery(deviceEventsQuery(hub, id));
  return (
    <>
      <PageHead title={id} trail={<Link to="/fleet">Fleet</Link>}>
        {query.data ? <DeviceActions device={query.data} /> : null}
      </PageHead>
      <Answer query={query} what={`the device ${id}`}>
        {(device) => <DeviceView device={device} />}
      </Answer>
      <Panel title="Events">
        <Answer query={events} what="the events of the device">
          {(list) =>
            list.length === 0 ? <EmptyNotice>Nothing has happened yet.</EmptyNotice> : <EventFeed events={list} />
          }
        </Answer>
      </Panel>
    </>
  );
}

function DeviceActions({ device }: { device: Device }) {
  const { hub, role } = useSession();
  if (!mayOperate(role) || !device.online) return null;
  const param = { id: device.id };
  return (
    <ActionButton
      label="Run self-test"
      question={`Test the model on ${device.id}?`}
      consequence="The device computes the golden outputs of its model again and reports how far it is off. It goes on working meanwhile."
      run={() => hubAnswer(hub.devices[':id'].commands.$post({ param, json: { kind: 'self-test' } }))}
    />
  );
}

function DeviceView({ device }: { device: Device }) {
  const slots = device.reported?.slots ?? [];
  return (
    <>
      <div className="columns">
        <Standing device={device} />
        <Capabilities device={device} />
      </div>
      {slots.map((slot) => (
        <DeviceSlot key={slot.slot} slot={slot} />
      ))}
      {slots.length === 0 ? (
        <EmptyNotice command="edgeloop rollouts start MODEL@VERSION">
          The device reports no model yet. Roll a version out to it:
        </EmptyNotice>
      ) : null}
    </>
  );
}

function Standing({ device }: { device: Device }) {
  const nowMs = useNow(5_000);
  const { reported } = device;
  const labels = Object.entries(device.labels).map(([name, value]) => `${name}=${value}`);
  const problems = reported?.problems ?? [];
  return (
    <Panel title="Standing">
      <Facts
        facts={{
          Presence: <Presence device={device} nowMs={nowMs} />,
          'Last seen': formatAgo(device.lastSeenMs, nowMs),
          Profile: device.profile,
          'Why this profile': device.profileReason,
          Labels: labels.length === 0 ? 'none' : labels.join(', '),
          Agent: device.agentVersion,
          'Running for': reported?.supervisor ? formatDuration(reported.supervisor.uptimeSeconds * 1000) : null,
          'Supervisor memory': reported?.supervisor ? formatBytes(reported.supervisor.rssBytes) : null,
          'Supervisor CPU': reported?.supervisor ? formatPercent(reported.supervisor.cpuShare) : null,
          Generation: `${reported?.desiredGeneration ?? 0} of ${device.desiredGeneration} taken`,
          Enrolled: formatDate(device.enrolledMs),
          Problems: problems.length === 0 ? null : problems.map((one) => <ProblemText key={one.code} problem={one} />),
        }}
      />
    </Panel>
  );
}

const CAPABILITY_NAMES: Readonly<Record<string, string>> = {
  machine: 'Machine',
  architecture: 'Architecture',
  cpuFlags: 'CPU features',
  cores: 'Cores',
  memoryBytes: 'Memory',
  storageFreeBytes: 'Free storage',
  onnxruntimeVersion: 'ONNX Runtime',
  nodeVersion: 'Node.js',
};

function Capabilities({ device }: { device: Device }) {
  const entries = Object.entries(device.capabilities).map(([name, value]) => [
    CAPABILITY_NAMES[name] ?? name,
    capabilityText(name, value),
  ]);
  return (
    <Panel title="Capabilities">
      {entries.length === 0 ? (
        <EmptyNotice>The device has not connected yet, so it has not told what it can do.</EmptyNotice>
      ) : (
        <Facts facts={Object.fromEntries(entries)} />
      )}
    </Panel>
  );
}

function capabilityText(name: string, value: unknown): ReactNode {
  if (Array.isArray(value)) return <LongList items={value.map(String)} />;
  if (typeof value === 'number') return name.endsWith('Bytes') ? formatBytes(value) : formatCount(value);
  return String(value);
}

const MOST_SHOWN = 8;

function LongList({ items }: { items: readonly string[] }) {
  if (items.length === 0) return 'none named';
  if (items.length <= MOST_SHOWN) return items.join(', ');
  return (
    <details>
      <summary>{items.length} of them</summary>
      {items.join(', ')}
    </details>
  );
}
