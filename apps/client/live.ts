/** Whether changes arrive. */
export type LiveState = 'opening' | 'live' | 'lost';

/** Milliseconds between two rounds of reading again: four a second at most, and the last change is never left out. */
const THROTTLE_MS = 250;

/** What a live connection tells. `topics` are the topics that changed since the last call. */
export type LiveListener = {
  readonly onTopics: (topics: ReadonlySet<string>) => void;
  readonly onState: (state: LiveState) => void;
};

/**
 * Listens to `/api/v1/live`. The browser resumes by itself with the number of the last event it saw; when the server says that too much was missed, and
 * whenever the connection comes back, everything is read again. Returns the function that ends it.
 */
export function listenLive({ onTopics, onState }: LiveListener): () => void {
  let source: EventSource | undefined;
  let waiting = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let lastAt = 0;
  let wasLost = false;
  let ended = false;

  const tell = (): void => {
    timer = undefined;
    lastAt = Date.now();
    const topics = waiting;
    waiting = new Set();
    if (topics.size > 0) onTopics(topics);
  };
  const changed = (topics: Iterable<string>): void => {
    for (const topic of topics) waiting.add(topic);
    timer ??= setTimeout(tell, Math.max(0, lastAt + THROTTLE_MS - Date.now()));
  };
  const open = (): void => {
    if (ended) return;
    source = new EventSource('/api/v1/live');
    source.addEventListener('open', () => {
      onState('live');
      if (wasLost) changed(['*']);
      wasLost = false;
    });
    source.addEventListener('error', () => {
      wasLost = true;
      onState('lost');
      // A closed source (the server answered with an error) does not come back by itself.
      if (source?.readyState === EventSource.CLOSED) again = setTimeout(open, 3000);
    });
    source.addEventListener('message', (message: MessageEvent<string>) => changed(topicsOf(message.data)));
    source.addEventListener('changes', (message: MessageEvent<string>) => changed(topicsOf(message.data)));
    source.addEventListener('reset', () => changed(['*']));
  };
  onState('opening');
  open();
  return () => {
    ended = true;
    source?.close();
    clearTimeout(timer);
    clearTimeout(again);
  };
}

/** The topics of a frame: one change, or a list of them. What cannot be read means: anything may have changed. */
function topicsOf(data: string): string[] {
  try {
    const frame = JSON.parse(data) as { topic?: string; changes?: { topic: string }[] } | { topic: string }[];
    const changes = Array.isArray(frame) ? frame : (frame.changes ?? [frame]);
    return changes.map(({ topic }) => topic ?? '*');
  } catch {
    return ['*'];
  }
}
