import { useEffect, useRef, useState } from "react";
import type { ReactElement } from "react";

import { post } from "../api/client";
import type { Answer } from "../api/client";
import { nowByCollector } from "../api/clock";
import { readAnew, useGet } from "../api/queries";
import { useSpeech } from "../i18n/words";
import type { Words } from "../i18n/ja";
import { ActButton } from "../ui/form";
import { say } from "../ui/live";
import { Note } from "../ui/parts";

type Job = Answer<"/api/v1/ledger/jobs">["items"][number];

const look_often_ms = 1_000;
const look_now_and_then_ms = 60_000;
/** What ended is shown as long as it can be undone, and what failed a little longer. */
const shown_for_ms = 3_600_000;
const undone_shown_for_ms = 60_000;

const isUnderWay = ({ ended_at }: Job): boolean => ended_at === null;

function isShown({ kind, ended_at, state, undo_until }: Job): boolean {
  if (ended_at === null || undo_until !== null) return true;
  const since_ms = nowByCollector() - Date.parse(ended_at);
  if (kind === "undo" && state === "done") return since_ms < undone_shown_for_ms;
  return state === "failed" && since_ms < shown_for_ms;
}

function textOf(job: Job, w: Words): string {
  const words = w.deviceList.jobs;
  const { devices_done: done, devices: all } = job;
  const name = job.kind === "import" ? words.file(job.file || words.noName) :
    job.kind === "bulk" ? words.bulk : words.undo;
  if (job.state === "waiting") return words.waiting(name);
  if (job.state === "running") return words.running(name, done, all);
  if (job.state === "failed") return words.failed(name, done, all);
  if (job.kind === "undo") return w.deviceList.bulk.undone(all, job.kept);
  return words.done(name, job.added, job.changed);
}

/** What became of it: how far it is, why it stopped, and the way back. */
function JobNote({ job, changed }: { job: Job; changed: () => void }): ReactElement {
  const { w, exact, when } = useSpeech();
  const words = w.deviceList.jobs;
  const reasons: Record<string, string> = words.why;
  const failed = job.state === "failed";
  const undo = async (): Promise<void> => {
    const answer = await post(
      "/api/v1/ledger/batches/{id}/undo", { id: String(job.batch) });
    if (answer.job === null) say(w.deviceList.bulk.undone(answer.devices, answer.kept));
    changed();
  };
  const text = (
    <div className="row between">
      <span className="name">
        {textOf(job, w)} {failed ? reasons[job.why] ?? "" : ""}{" "}
        {job.refused_rows > 0 ? words.refused(job.refused_rows) : ""}
        {failed && job.detail ? <span className="soft small"> {job.detail}</span> : null}
        <span className="soft small"> {words.by(job.who, when(job.begun_at))}</span>
      </span>
      {job.undo_until ? (
        <span className="row">
          <span className="soft small">{words.undoUntil(exact(job.undo_until))}</span>
          <ActButton act={undo} done={readAnew}>
            {w.deviceList.bulk.undo}
          </ActButton>
        </span>
      ) : null}
    </div>
  );
  if (!isUnderWay(job)) return <Note kind={failed ? "bad" : "good"}>{text}</Note>;
  return (
    <Note>
      {text}
      <progress aria-label={words.title} max={job.devices} value={job.devices_done} />
    </Note>
  );
}

/** Long work on the ledger: it goes on while nobody looks, and is found again here. */
export function LedgerJobs({ changed }: { changed: () => void }): ReactElement | null {
  const { w } = useSpeech();
  const [busy, setBusy] = useState(false);
  const page = useGet("/api/v1/ledger/jobs", {}, {
    every_ms: busy ? look_often_ms : look_now_and_then_ms,
  });
  const items = (page.data?.items ?? []).filter(isShown);
  const under_way = items.some(isUnderWay);
  useEffect(() => setBusy(under_way), [under_way]);
  const ended = page.data?.items.find((job) => !isUnderWay(job));
  const newest = page.data ? ended?.id ?? 0 : undefined;
  const known = useRef<number>(undefined);
  useEffect(() => {
    // Something has ended since the first look.
    if (ended && known.current !== undefined && ended.id > known.current) {
      say(textOf(ended, w));
      changed();
    }
    known.current = newest ?? known.current;
  }, [newest, ended, changed, w]);
  if (items.length === 0) return null;
  return (
    <section className="jobs no-print" aria-label={w.deviceList.jobs.title}>
      {items.map((job) => (
        <JobNote key={job.id} job={job} changed={changed} />
      ))}
    </section>
  );
}
