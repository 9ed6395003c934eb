import { type Kysely, sql } from 'kysely';

const STATEMENTS: readonly string[] = [
  `create table settings (
    key text not null,
    value text not null,
    primary key (key)
  ) strict`,
  `create table api_tokens (
    id text not null,
    name text not null,
    role text not null,
    hash text not null,
    created_ms integer not null,
    last_used_ms integer,
    revoked_ms integer,
    primary key (id)
  ) strict`,
  `create unique index api_tokens_by_hash on api_tokens (hash)`,
  `create table enroll_tokens (
    id text not null,
    hash text not null,
    device_id text,
    labels text not null,
    created_ms integer not null,
    expires_ms integer not null,
    used_ms integer,
    used_by text,
    primary key (id)
  ) strict`,
  `create unique index enroll_tokens_by_hash on enroll_tokens (hash)`,
  `create table devices (
    id text not null,
    public_key text not null,
    profile text not null,
    profile_reason text not null,
    labels text not null,
    agent_version text not null,
    capabilities text not null,
    enrolled_ms integer not null,
    revoked_ms integer,
    online integer not null,
    last_seen_ms integer,
    boot_id text,
    reported text,
    desired_generation integer not null,
    primary key (id)
  ) strict`,
  `create table desired_slots (
    device_id text not null,
    slot text not null,
    model text not null,
    version integer not null,
    release_digest text not null,
    samples text not null,
    generation integer not null,
    rollout_id text,
    set_ms integer not null,
    primary key (device_id, slot)
  ) strict, without rowid`,
  `create table events (
    id integer primary key autoincrement,
    at_ms integer not null,
    level text not null,
    kind text not null,
    device_id text,
    model text,
    code text,
    message text not null,
    detail text not null
  ) strict`,
  `create index events_by_at_ms on events (at_ms)`,
  `create index events_by_device_id on events (device_id)`,
  `create table blobs (
    digest text not null,
    size_bytes integer not null,
    media_type text not null,
    created_ms integer not null,
    primary key (digest)
  ) strict`,
  `create table datasets (
    name text not null,
    version integer not null,
    digest text not null,
    record text not null,
    created_ms integer not null,
    primary key (name, version)
  ) strict`,
  `create table jobs (
    id text not null,
    kind text not null,
    state text not null,
    spec text not null,
    attempt integer not null,
    max_attempts integer not null,
    lease_owner text,
    lease_until_ms integer,
    progress text,
    result text,
    error text,
    created_ms integer not null,
    updated_ms integer not null,
    primary key (id)
  ) strict`,
  `create index jobs_by_state on jobs (state)`,
  `create table runs (
    id text not null,
    model text not null,
    state text not null,
    record text not null,
    created_ms integer not null,
    updated_ms integer not null,
    primary key (id)
  ) strict`,
  `create index runs_by_model on runs (model)`,
  `create table models (
    name text not null,
    record text not null,
    created_ms integer not null,
    primary key (name)
  ) strict`,
  `create table versions (
    model text not null,
    version integer not null,
    release_digest text not null,
    record text not null,
    created_ms integer not null,
    primary key (model, version)
  ) strict`,
  `create table aliases (
    model text not null,
    alias text not null,
    version integer not null,
    moved_ms integer not null,
    primary key (model, alias)
  ) strict, without rowid`,
  `create table alias_moves (
    id integer primary key autoincrement,
    model text not null,
    alias text not null,
    from_version integer,
    to_version integer,
    cause text not null,
    at_ms integer not null
  ) strict`,
  `create index alias_moves_by_model_alias on alias_moves (model, alias)`,
  `create table rollouts (
    id text not null,
    model text not null,
    version integer not null,
    state text not null,
    record text not null,
    created_ms integer not null,
    updated_ms integer not null,
    primary key (id)
  ) strict`,
  `create index rollouts_by_model on rollouts (model)`,
  `create table rollout_devices (
    rollout_id text not null,
    device_id text not null,
    wave integer not null,
    state text not null,
    record text not null,
    updated_ms integer not null,
    primary key (rollout_id, device_id)
  ) strict, without rowid`,
  `create table telemetry_watermarks (
    device_id text not null,
    boot_id text not null,
    channel text not null,
    up_to integer not null,
    primary key (device_id, boot_id, channel)
  ) strict, without rowid`,
  `create table telemetry_windows (
    device_id text not null,
    boot_id text not null,
    first_sequence integer not null,
    last_sequence integer not null,
    slot text not null,
    model text not null,
    version integer not null,
    start_ms integer not null,
    end_ms integer not null,
    received_ms integer not null,
    readings integer not null,
    payload blob not null,
    primary key (device_id, boot_id, first_sequence)
  ) strict`,
  `create index telemetry_windows_by_model_version_received_ms
    on telemetry_windows (model, version, received_ms, readings)`,
  `create table telemetry_rollups (
    step_ms integer not null,
    bucket_ms integer not null,
    device_id text not null,
    slot text not null,
    model text not null,
    version integer not null,
    windows integer not null,
    readings integer not null,
    payload blob not null,
    primary key (step_ms, bucket_ms, device_id, slot, model, version)
  ) strict`,
  `create index telemetry_rollups_by_model_version_step_ms_bucket_ms on telemetry_rollups (model, version, step_ms, bucket_ms)`,
  `create table samples (
    device_id text not null,
    boot_id text not null,
    sequence integer not null,
    prediction_id text not null,
    model text not null,
    version integer not null,
    at_ms integer not null,
    received_ms integer not null,
    fields text not null,
    predicted text not null,
    confidence real not null,
    label text,
    labelled_by text,
    primary key (device_id, boot_id, sequence)
  ) strict`,
  `create index samples_by_prediction_id on samples (prediction_id)`,
  `create index samples_by_model_version_received_ms on samples (model, version, received_ms)`,
  `create table drift_checks (
    id integer primary key autoincrement,
    model text not null,
    version integer not null,
    at_ms integer not null,
    level text not null,
    record text not null
  ) strict`,
  `create index drift_checks_by_model_version_at_ms on drift_checks (model, version, at_ms)`,
  `create table alerts (
    id text not null,
    model text not null,
    version integer not null,
    kind text not null,
    state text not null,
    record text not null,
    opened_ms integer not null,
    updated_ms integer not null,
    primary key (id)
  ) strict`,
  `create index alerts_by_model_state on alerts (model, state)`,
  `create table retraining_policies (
    model text not null,
    policy text not null,
    updated_ms integer not null,
    primary key (model)
  ) strict`,
  `create table retrainings (
    id text not null,
    model text not null,
    state text not null,
    record text not null,
    created_ms integer not null,
    updated_ms integer not null,
    primary key (id)
  ) strict`,
  `create index retrainings_by_model_state on retrainings (model, state)`,
];

/** The first schema. Strict tables: SQLite refuses a value of the wrong type instead of keeping it. */
export const initial = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
