import { useEffect } from "react";

import { useLocation } from "./router";

const pages: Record<string, string> = { h: "/", i: "/inbox", d: "/devices", u: "/media", p: "/programs" };
const second_key_within_ms = 1_500;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && ["INPUT", "SELECT", "TEXTAREA"].includes(target.tagName);

/** "/" searches; "g" and then "h", "i", "d", "u" or "p" opens a page. */
export function useShortcuts(): void {
  const [, go] = useLocation();
  useEffect(() => {
    let g_at = 0;
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
      if (document.querySelector("dialog[open]")) return;
      const page = pages[event.key];
      if (event.key === "/") {
        event.preventDefault();
        document.getElementById("search")?.focus();
      } else if (event.key === "g") {
        g_at = event.timeStamp;
        return;
      } else if (page && g_at > 0 && event.timeStamp - g_at < second_key_within_ms) {
        go(page);
      }
      g_at = 0;
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [go]);
}
