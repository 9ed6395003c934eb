/** One message of a server-sent event stream. */
export interface SseMessage {
  /** 'message' when the stream names none. */
  readonly event: string;
  readonly data: string;
  /** Id of the last message that had one; empty before the first. */
  readonly lastEventId: string;
}

/**
 * Turns the text of an event stream into messages, however the network cut it.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export class SseParser {
  #rest = '';
  #event = '';
  #data: string[] = [];
  #lastEventId = '';

  /** Takes the next piece of text; returns the messages it completed. */
  push(text: string): SseMessage[] {
    const messages: SseMessage[] = [];
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    // The last piece has no line end yet. A lone CR at the end may be the first half of CRLF, so it waits too.
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') this.#finish(messages);
      else this.#takeField(line);
    }
    return messages;
  }

  #finish(messages: SseMessage[]): void {
    if (this.#data.length > 0) {
      const event = this.#event === '' ? 'message' : this.#event;
      messages.push({ event, data: this.#data.join('\n'), lastEventId: this.#lastEventId });
    }
    this.#event = '';
    this.#data = [];
  }

  #takeField(line: string): void {
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#event = value;
    else if (field === 'data') this.#data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.#lastEventId = value;
  }
}
