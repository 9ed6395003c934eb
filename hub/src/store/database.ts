import type { Generated } from 'kysely';

/** A JSON document in a text column; parsed and written by the store of its table only. */
export type Json = string;
/** Milliseconds since 1970, UTC. */
export type EpochMs = number;
/** SQLite has no booleans. */
export type Flag = 0 | 1;

/** The hub's tables. Names in snake_case; every time is `*_ms`, every JSON column is `Json`. */
export interface Database {
  settings: { key: string; value: string };
  api_tokens: {
    id: string;
    name: string;
    /** 'admin', 'operator', 'viewer' or 'worker' */
    role: string;
    /** SHA-256 of the token, hex; the token itself is never kept. */
    hash: string;
    created_ms: EpochMs;
    last_used_ms: EpochMs | null;
    revoked_ms: EpochMs | null;
  };
  enroll_tokens: {
    id: string;
    hash: string;
    device_id: string | null;
    labels: Json;
    created_ms: EpochMs;
    expires_ms: EpochMs;
    used_ms: EpochMs | null;
    used_by: string | null;
  };
  devices: {
    id: string;
    /** JWK of the Ed25519 public key. */
    public_key: Json;
    profile: string;
    profile_reason: string;
    labels: Json;
    agent_version: string;
    capabilities: Json;
    enrolled_ms: EpochMs;
    revoked_ms: EpochMs | null;
    online: Flag;
    last_seen_ms: EpochMs | null;
    boot_id: string | null;
    /** Last ReportedState, as JSON. */
    reported: Json | null;
    desired_generation: number;
  };
  desired_slots: {
    device_id: string;
    slot: string;
    model: string;
    version: number;
    release_digest: string;
    samples: Json;
    generation: number;
    rollout_id: string | null;
    set_ms: EpochMs;
  };
  events: {
    id: Generated<number>;
    at_ms: EpochMs;
    /** 'info', 'warning' or 'error' */
    level: string;
    kind: string;
    device_id: string | null;
    model: string | null;
    code: string | null;
    message: string;
    detail: Json;
  };
  blobs: { digest: string; size_bytes: number; media_type: string; created_ms: EpochMs };
  datasets: { name: string; version: number; digest: string; record: Json; created_ms: EpochMs };
  jobs: {
    id: string;
    kind: string;
    state: string;
    spec: Json;
    attempt: number;
    max_attempts: number;
    lease_owner: string | null;
    lease_until_ms: EpochMs | null;
    progress: Json | null;
    result: Json | null;
    error: Json | null;
    /** Checkpoints of the job, as JSON. */
    checkpoint: Json | null;
    created_ms: EpochMs;
    updated_ms: EpochMs;
  };
  job_metrics: {
    job_id: string;
    /** 'step' or 'epoch' */
    kind: string;
    /** Number of the step or epoch, from 1. */
    at: number;
    figures: Json;
  };
  runs: { id: string; model: string; state: string; record: Json; created_ms: EpochMs; updated_ms: EpochMs };
  models: { name: string; record: Json; created_ms: EpochMs };
  versions: {
    model: string;
    version: number;
    /** Digest of the signed release blob; null for an uploaded version. */
    release_digest: string | null;
    record: Json;
    created_ms: EpochMs;
  };
  uploads: {
    id: string;
    model: string;
    digest: string;
    state: string;
    record: Json;
    created_ms: EpochMs;
    updated_ms: EpochMs;
  };
  quantizations: {
    id: string;
    model: string;
    version: number;
    state: string;
    record: Json;
    created_ms: EpochMs;
    updated_ms: EpochMs;
  };
  variant_tests: {
    model: string;
    version: number;
    device_id: string;
    variant: string;
    record: Json;
    /** By the clock of the device. */
    at_ms: EpochMs;
  };
  aliases: { model: string; alias: string; version: number; moved_ms: EpochMs };
  alias_moves: {
    id: Generated<number>;
    model: string;
    alias: string;
    from_version: number | null;
    to_version: number | null;
    cause: string;
    at_ms: EpochMs;
  };
  rollouts: {
    id: string;
    model: string;
    version: number;
    state: string;
    record: Json;
    created_ms: EpochMs;
    updated_ms: EpochMs;
  };
  rollout_devices: {
    rollout_id: string;
    device_id: string;
    wave: number;
    state: string;
    record: Json;
    updated_ms: EpochMs;
  };
  telemetry_watermarks: { device_id: string; boot_id: string; channel: string; up_to: number };
  telemetry_windows: {
    device_id: string;
    boot_id: string;
    first_sequence: number;
    last_sequence: number;
    slot: string;
    model: string;
    version: number;
    start_ms: EpochMs;
    end_ms: EpochMs;
    received_ms: EpochMs;
    readings: number;
    /** Encoded TelemetryWindow. */
    payload: Uint8Array;
  };
  telemetry_rollups: {
    /** Bucket length: 60000 or 3600000. */
    step_ms: number;
    bucket_ms: EpochMs;
    device_id: string;
    slot: string;
    model: string;
    version: number;
    windows: number;
    readings: number;
    /** Merged TelemetryWindow. */
    payload: Uint8Array;
  };
  samples: {
    device_id: string;
    boot_id: string;
    sequence: number;
    prediction_id: string;
    model: string;
    version: number;
    at_ms: EpochMs;
    received_ms: EpochMs;
    fields: Json;
    predicted: string;
    confidence: number;
    label: string | null;
    labelled_by: string | null;
  };
  drift_checks: {
    id: Generated<number>;
    model: string;
    version: number;
    at_ms: EpochMs;
    level: string;
    record: Json;
  };
  alerts: {
    id: string;
    model: string;
    version: number;
    kind: string;
    state: string;
    record: Json;
    opened_ms: EpochMs;
    updated_ms: EpochMs;
  };
  retraining_policies: { model: string; policy: Json; updated_ms: EpochMs };
  retrainings: { id: string; model: string; state: string; record: Json; created_ms: EpochMs; updated_ms: EpochMs };
}
