import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { ReactElement } from "react";

import { get, Problem, remove, takeCsrf } from "./api/client";
import { listen } from "./api/live";
import { client, refresh_ms } from "./api/queries";
import type { Session } from "./api/types";
import { Frame } from "./frame";
import {
  firstLanguage, LanguageContext, loadLanguage, rememberLanguage, speechIn,
} from "./i18n/words";
import type { Language } from "./i18n/words";
import { Pages } from "./pages";
import { SignIn, SignInAgain } from "./pages/sign_in";
import { SessionContext } from "./session";
import { Live } from "./ui/live";
import { ErrorNote, Skeleton } from "./ui/parts";

const session_key = ["session"];
const answer_within_ms = 10_000;

async function readSession(): Promise<Session> {
  // A collector that hangs is told like one that is gone.
  const session = await get("/api/v1/session", {}, AbortSignal.timeout(answer_within_ms));
  takeCsrf(session.csrf);
  return session;
}

const isSignedOut = (error: unknown): boolean => error instanceof Problem && error.status === 401;

/** Who is signed in; asks who is not. */
export function App(): ReactElement {
  const [language, setLanguage] = useState(firstLanguage);
  // Who was signed in stays on the page when the sign-in ends, so that no input is lost.
  const [known, setKnown] = useState<Session>();
  const session = useQuery({
    queryKey: session_key,
    queryFn: readSession,
    refetchInterval: known ? refresh_ms : false,
  });
  useEffect(() => rememberLanguage(language), [language]);
  useEffect(() => {
    if (session.data && !session.error) setKnown(session.data);
  }, [session.data, session.error]);

  const switchLanguage = (): void => {
    const other: Language = language === "ja" ? "en" : "ja";
    void loadLanguage(other).then(() => setLanguage(other));
  };
  const signedIn = async (answer: Session): Promise<void> => {
    // An answer to what was asked before may still be on its way: that nobody is signed in.
    await client.cancelQueries({ queryKey: session_key });
    takeCsrf(answer.csrf);
    if (known && known.name !== answer.name) {
      location.assign("/"); // Somebody else: nothing of the first one's page stays.
      return;
    }
    client.setQueryData(session_key, answer);
    setKnown(answer);
    void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "session" });
  };
  const signOut = async (): Promise<void> => {
    await remove("/api/v1/session", {}).catch(() => undefined); // Signed out here in any case.
    location.assign("/");
  };

  const ended = isSignedOut(session.error);
  const name = ended ? undefined : known?.name;
  useEffect(() => (name === undefined ? undefined : listen()), [name]);
  let content: ReactElement | null = null;
  if (known)
    content = (
      <SessionContext value={session.data ?? known}>
        <Frame
          switchLanguage={switchLanguage}
          signOut={signOut}
          readAt={session.dataUpdatedAt}
          problem={ended ? undefined : session.error}
        >
          <Pages />
        </Frame>
        {ended ? <SignInAgain done={signedIn} /> : null}
      </SessionContext>
    );
  else if (ended) content = <SignIn done={signedIn} switchLanguage={switchLanguage} />;
  else if (session.error)
    content = (
      <main id="main">
        <ErrorNote error={session.error} again={() => void session.refetch()} />
      </main>
    );
  else content = <Skeleton />;

  return (
    <LanguageContext value={language}>
      <a className="skip" href="#main">
        {speechIn(language).w.skip}
      </a>
      {content}
      <Live />
    </LanguageContext>
  );
}
