import { createContext, use } from "react";

import type { Session } from "./api/types";

export const SessionContext = createContext<Session | undefined>(undefined);

/** What the person who is signed in may do. */
export interface May {
  seeWhole: boolean;
  answer: boolean;
  operate: boolean;
  operateWhole: boolean;
  administer: boolean;
  seeChanges: boolean;
}

export function mayOf(session: Session): May {
  const has = (right: string): boolean => session.rights.includes(right);
  const whole = session.whole_site;
  return {
    seeWhole: whole,
    answer: has("answer"),
    operate: has("operate"),
    operateWhole: has("operate") && whole,
    administer: has("administer") && whole,
    seeChanges: has("see_changes") && whole,
  };
}

export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error("a page without a session");
  return session;
}

export const useMay = (): May => mayOf(useSession());
