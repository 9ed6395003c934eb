/** A DesiredPublisher is responsible for telling devices what they should run, as the store says now. */
export interface DesiredPublisher {
  /** Signs and publishes the device's desired state, retained. Call it after the transaction that changed it. */
  publish(deviceId: string): Promise<void>;

  /** The same for every device that is not revoked: the broker's retained messages do not outlive the hub. */
  publishAll(): Promise<void>;
}
