// The collector tells open pages that something changed; they ask anew. Without it they ask every
// now and then, as they do in any case.
import { client, setLive } from "./queries";

const address = "/api/v1/live";
/** However often something changes. */
const gap_ms = 4_000;
const try_again_ms = 60_000;

/** Lists that are too long to be read with each change, and what does not change by itself. */
const slow = new Set(["devices", "/api/v1/sites", "/api/v1/policies", "/api/v1/os-support"]);
/** What an event of a device changes. */
const of_events = /events|usb-media|programs|neighbours|devices\/\{id\}/;

const keyOf = (key: readonly unknown[]): string => String(key[0]);

function readAgain(what: Set<string>): void {
  const findings = what.has("findings");
  void client.invalidateQueries({
    predicate: ({ queryKey }) => {
      const key = keyOf(queryKey);
      return !slow.has(key) && (findings || of_events.test(key));
    },
  });
}

/** Listens while the window is seen; answers with how to stop. */
export function listen(): () => void {
  let source: EventSource | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let last = 0;
  const told = new Set<string>();

  const flush = (): void => {
    waiting = undefined;
    last = Date.now();
    readAgain(told);
    told.clear();
  };
  const onChange = (event: MessageEvent<string>): void => {
    for (const word of event.data.split(" ")) if (word) told.add(word);
    waiting ??= setTimeout(flush, Math.max(0, last + gap_ms - Date.now()));
  };
  const close = (): void => {
    clearTimeout(again);
    source?.close();
    source = undefined;
    setLive(false);
  };
  const open = (): void => {
    close();
    source = new EventSource(address);
    source.addEventListener("open", () => setLive(true));
    source.addEventListener("change", onChange);
    source.addEventListener("error", () => {
      setLive(false);
      // The browser tries again by itself, unless the collector refused.
      if (source?.readyState !== EventSource.CLOSED) return;
      void client.invalidateQueries({ queryKey: ["session"] });
      again = setTimeout(open, try_again_ms);
    });
  };
  // Six connections are all that a browser opens to one place: windows that nobody sees need none.
  const onSeen = (): void => (document.visibilityState === "visible" ? open() : close());
  document.addEventListener("visibilitychange", onSeen);
  onSeen();
  return () => {
    document.removeEventListener("visibilitychange", onSeen);
    clearTimeout(waiting);
    close();
  };
}
