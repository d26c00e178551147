import { lazy } from "react";
import type { ComponentType } from "react";

const try_again_ms = 3_000;

/**
 * A part of the program that comes when it is asked for. What nobody delivers now is asked for until
 * it comes; the frame says what is the matter.
 */
export function part<Props>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): ComponentType<Props> {
  const bring = async (): Promise<{ default: ComponentType<Props> }> => {
    for (;;)
      try {
        return await load();
      } catch {
        await new Promise((go) => setTimeout(go, try_again_ms));
      }
  };
  return lazy(bring) as unknown as ComponentType<Props>;
}
