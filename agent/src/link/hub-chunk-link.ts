import { parseTopic, TOPIC_ROOT, topics } from '@edgeloop/protocol';
import type { ChunkLink } from '../update/blob-download.ts';
import type { HubLink } from './hub-link.ts';

type Receive = (index: number, payload: Uint8Array) => void;

/** Chunks of blobs over the link to the hub. */
export class HubChunkLink implements ChunkLink {
  readonly #link: Pick<HubLink, 'publish' | 'listen'>;
  readonly #wantTopic: string;
  readonly #receivers = new Map<string, Receive>();

  constructor(link: Pick<HubLink, 'publish' | 'listen'>, deviceId: string) {
    this.#link = link;
    this.#wantTopic = topics.want.build(deviceId);
  }

  want(bytes: Uint8Array): void {
    // Without a link the wish is lost; the download wishes again.
    this.#link.publish(this.#wantTopic, bytes, 0).catch(() => undefined);
  }

  listen(digest: string, receive: Receive, onReady: () => void): () => void {
    this.#receivers.set(digest, receive);
    const stopListening = this.#link.listen(`${TOPIC_ROOT}/blob/${digest}/+`, onReady);
    return () => {
      this.#receivers.delete(digest);
      stopListening();
    };
  }

  /** Takes a message of the link; false when it is no chunk. */
  receive(topic: string, payload: Uint8Array): boolean {
    const parsed = parseTopic(topic);
    if (parsed?.name !== 'chunk' || parsed.digest === undefined || parsed.chunk === undefined) return false;
    this.#receivers.get(parsed.digest)?.(parsed.chunk, payload);
    return true;
  }
}
