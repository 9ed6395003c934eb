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

/** A Broker is responsible for carrying messages between the hub and its devices. It decides who may say what where, and nothing else. */
export interface Broker {
  /** Opens it; resolves to the port devices connect to. */
  start(): Promise<number>;

  /** Closes every connection. */
  stop(): Promise<void>;

  /**
   * Publishes as the hub. Resolves when every connected subscriber's socket has taken it, not when they have read it.
   * A subscriber that stops reading is dropped after a while, so this ends.
   */
  publish(topic: string, payload: Uint8Array, options: PublishOptions): Promise<void>;

  /** Calls the handler for every message of a device, in the order each device sent its own. */
  onMessage(handler: (message: DeviceMessage) => void): void;

  /** Calls the handler when a device has connected or is gone. A device that takes over its own connection stays connected. */
  onConnection(handler: (change: ConnectionChange) => void): void;

  /** Closes the device's connection, if there is one. */
  disconnect(deviceId: string): Promise<void>;
}
