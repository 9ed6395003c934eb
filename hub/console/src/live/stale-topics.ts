import type { QueryTopic } from '../api/queries.ts';

const EVERYTHING: readonly QueryTopic[] = [
  'devices',
  'models',
  'runs',
  'rollouts',
  'telemetry',
  'drift',
  'alerts',
  'retrainings',
];

// By the first word of an event's kind.
const TOPICS: Readonly<Record<string, readonly QueryTopic[]>> = {
  device: ['devices', 'models'],
  telemetry: ['telemetry'],
  dataset: [],
  run: ['runs', 'models'],
  job: ['runs'],
  model: ['models'],
  rollout: ['rollouts', 'devices', 'models'],
  drift: ['drift', 'alerts'],
  alert: ['alerts', 'drift'],
  retraining: ['retrainings', 'runs', 'rollouts', 'alerts', 'models'],
};

/** What an event of this kind makes out of date. A kind nobody foresaw may have changed anything. */
export function staleTopics(eventKind: string): readonly QueryTopic[] {
  const word = eventKind.split('.', 1)[0] ?? '';
  return (Object.hasOwn(TOPICS, word) ? TOPICS[word] : undefined) ?? EVERYTHING;
}
