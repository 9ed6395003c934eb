/** What `edgeloop-agent status` shows. Digests are hex. */
export interface AgentStatus {
  readonly isRunning: boolean;
  readonly deviceId: string;
  readonly hubUrl: string;
  readonly bootId?: string | undefined;
  readonly isLinkUp?: boolean | undefined;
  readonly profile?: string | undefined;
  readonly profileReason?: string | undefined;
  readonly desiredGeneration: number;
  readonly slots: readonly SlotStatus[];
  readonly problems: readonly { readonly code: string; readonly message: string }[];
  readonly outbox: {
    readonly windows: number;
    readonly windowBytes: number;
    readonly samples: number;
    readonly samplesDropped: number;
  };
  readonly supervisorRssBytes?: number | undefined;
}

/** One slot of an `AgentStatus`. */
export interface SlotStatus {
  readonly slot: string;
  readonly phase: string;
  readonly model?: string | undefined;
  readonly version?: number | undefined;
  readonly variant?: string | undefined;
  readonly modelDigest?: string | undefined;
  readonly previousVersion?: number | undefined;
  readonly wantedModel?: string | undefined;
  readonly wantedVersion?: number | undefined;
  readonly problem?: { readonly code: string; readonly message: string } | undefined;
  /** Variants that failed their self-test here, and why. */
  readonly refusedVariants?:
    | readonly { readonly version: number; readonly variant: string; readonly message: string }[]
    | undefined;
  readonly inferences?: number | undefined;
  readonly runnerRssBytes?: number | undefined;
  readonly ports?: readonly number[] | undefined;
  /** Values that the signature does not expect, by feature and kind, since the agent started. */
  readonly violations?:
    | readonly { readonly feature: string; readonly kind: string; readonly count: number }[]
    | undefined;
}
