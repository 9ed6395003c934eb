import { DEFAULT_CHUNK_BYTES } from './blob-ref.ts';
import { PROTOCOL_VERSION } from './message-codec.ts';
import { TOPIC_ROOT, type Topic, topics } from './topics.ts';

type AnyTopic = Topic<never[]>;

/** The page docs/mqtt-topics.md: every topic, who publishes there, and what a device may do. Markdown. */
export function renderTopicsPage(): string {
  const all = Object.values(topics) as AnyTopic[];
  return `<!-- GENERATED, DO NOT EDIT: npm run docs -->
# MQTT topics

Hub and devices talk MQTT 3.1.1. Every topic starts with \`${TOPIC_ROOT}/\`. Unless the table says otherwise, a payload
is one protobuf message of \`protocol/proto/\`. A message with a \`protocol_version\` must carry ${PROTOCOL_VERSION}; any other is
refused with \`UNSUPPORTED_PROTOCOL_VERSION\`. Fields a reader does not know are kept.

## Topics

${table(all)}

\`<device>\` is 1 to 63 characters of \`a-z 0-9 . _ -\` and starts with a letter or digit, and so is \`<role>\`.
\`<digest>\` is the SHA-256 of the blob, 64 lower-case hex digits. \`<chunk>\` is the index of the chunk in decimal,
without leading zeros; chunks have ${DEFAULT_CHUNK_BYTES / 1024} KiB unless the blob's reference says otherwise.

## What each is for

${all.map(description).join('\n')}

## Rules

- A device publishes on its own \`${TOPIC_ROOT}/d/<device>/up/…\` topics of the table and nowhere else, its last will
  included.
- A device subscribes to its own \`${TOPIC_ROOT}/d/<device>/down/#\` (or \`+\`, or one of them), to
  \`${TOPIC_ROOT}/blob/<digest>/+\` or one chunk of a named blob, and to \`${TOPIC_ROOT}/tuf/+\` or one role. Any other
  filter is refused.
- QoS 1 delivers at least once, so every message may come twice and must do no harm the second time. QoS 0 may lose a
  chunk: the device asks again for what it lacks.
- \`desired\` and \`tuf\` are retained: a device that connects gets the latest at once.
- A device forgets a window or sample only after an \`ack\` for its boot id, channel and sequence number.
- The last will is a \`Death\` with reason \`lost\`.
`;
}

function table(all: readonly AnyTopic[]): string {
  const rows = all.map(({ pattern, direction, qos, retained, payload }) => [
    `\`${pattern}\``,
    direction.replaceAll('->', '→'),
    String(qos),
    retained ? 'yes' : 'no',
    payload,
  ]);
  return markdownTable(['Topic', 'Direction', 'QoS', 'Retained', 'Payload'], rows);
}

/** Columns are padded to equal width, as the formatter of the repository wants them. */
function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const rule = widths.map((width) => '-'.repeat(width));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [head, rule, ...rows].map(line).join('\n');
}

function description({ name, description: text }: AnyTopic): string {
  return `- **${name}** – ${text}`;
}
