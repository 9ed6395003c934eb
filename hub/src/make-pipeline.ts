import { type FirmwareProfile, loadProfiles } from '@edgeloop/firmware-profiles';
import type { DesiredPublisher } from './fleet/desired-publisher.ts';
import type { HubCore } from './hub-core.ts';
import { Pipeline } from './pipeline.ts';
import { Registry } from './registry/registry.ts';
import { BaseVersions } from './steps/base-versions.ts';
import { LoopSteps } from './steps/loop-steps.ts';
import { QuantizationSteps } from './steps/quantization-steps.ts';
import { ReleaseShelf } from './steps/release-shelf.ts';
import { RolloutSteps } from './steps/rollout-steps.ts';
import { RunSteps } from './steps/run-steps.ts';
import { StandingAssignments } from './steps/standing-assignments.ts';
import { UploadSteps } from './steps/upload-steps.ts';
import { HUB_VERSION } from './version.ts';

/** What the pipeline needs of a hub's core. */
export type PipelineGround = Pick<
  HubCore,
  'store' | 'blobs' | 'queue' | 'clock' | 'log' | 'datasets' | 'checkpoints'
> & {
  readonly desired: DesiredPublisher;
  readonly identity: Pick<HubCore['identity'], 'signer'>;
};

/** The pipeline of a hub, on the parts its core has opened. */
export function makePipeline(core: PipelineGround): Pipeline {
  const { store, blobs, queue, checkpoints, clock, log, desired, datasets } = core;
  const registry = new Registry({ blobs, signer: core.identity.signer, clock, codeVersion: HUB_VERSION });
  const releases = new ReleaseShelf(store, blobs);
  const profiles: ReadonlyMap<string, FirmwareProfile> = loadProfiles();
  const names = [...profiles.keys()];
  const bases = new BaseVersions(store, blobs);
  const runs = new RunSteps({ store, queue, registry, bases, checkpoints, clock, profiles: names });
  const uploads = new UploadSteps({ store, blobs, queue, registry, clock, profiles: names });
  const quantizations = new QuantizationSteps({ store, queue, registry, releases, clock, profiles: names });
  const rollouts = new RolloutSteps({ store, releases, clock, profileOf: (name) => profiles.get(name) });
  const loop = new LoopSteps({ store, queue, datasets, releases, runs, rollouts, clock });
  const assignments = new StandingAssignments(store, clock);
  return new Pipeline({ store, bases, uploads, runs, quantizations, rollouts, assignments, loop, desired, clock, log });
}
