import type { ProblemCode } from '@edgeloop/protocol';

/** A message that a device published where it may. */
export interface DeviceMessage {
  /** Who sent it, as the broker authenticated it. */
  readonly deviceId: string;
  readonly topic: string;
  readonly payload: Uint8Array;
}

export interface PublishOptions {
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

/** A device came or went. */
export interface ConnectionChange {
  readonly deviceId: string;
  readonly isConnected: boolean;
}

/** A connection, message or subscription that was not let through. */
export interface BrokerRefusal {
  /** As it calls itself: a refused connection has proven nothing. */
  readonly deviceId: string;
  readonly code: ProblemCode;
  readonly message: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Decides who may connect. */
export interface ConnectionGate {
  check(
    deviceId: string,
    username: string | undefined,
    password: string | undefined,
  ): Promise<
    { readonly isAdmitted: true } | { readonly isAdmitted: false; readonly code: ProblemCode; readonly message: string }
  >;
}

/**
 * A Broker is responsible for carrying messages between the hub and its devices, and for keeping every device to its
 * own topics. It decides nothing else.
 */
export interface Broker {
  /** Opens it; resolves to the port devices connect to. */
  start(): Promise<number>;

  /** Closes every connection. */
  stop(): Promise<void>;

  /**
   * Publishes as the hub. Resolves when the socket of every connected subscriber has taken it, not when they have read
   * it. A subscriber that stops reading is dropped after a while, so this ends.
   */
  publish(topic: string, payload: Uint8Array, options: PublishOptions): Promise<void>;

  /**
   * Calls the handler for every message of a device, in the order each device sent its own. While its promise is
   * open, no more is read from that device. The handler must not reject.
   */
  onMessage(handler: (message: DeviceMessage) => Promise<void>): void;

  /**
   * Calls the handler when a device has connected or is gone. A device that takes over its own connection goes first,
   * then comes. The handler must not reject.
   */
  onConnection(handler: (change: ConnectionChange) => Promise<void>): void;

  /** Calls the handler for everything that was not let through. */
  onRefusal(handler: (refusal: BrokerRefusal) => void): void;

  /** Closes the device's connection, if there is one. */
  disconnect(deviceId: string): Promise<void>;
}
