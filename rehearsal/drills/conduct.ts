import { join } from "node:path";
import type { Plan } from "../../plan/types.ts";
import { RehearsalError } from "../error.ts";
import type { Teller } from "../events.ts";
import type { Job } from "../job.ts";
import type { Problem } from "../problems.ts";
import { describe } from "../settle.ts";
import type { Stage } from "../stage.ts";
import type { Entry } from "../traffic.ts";
import { drillTable, type DrillReport } from "./report.ts";
import { runDrill } from "./run.ts";

/** What the plan promised better, one by one. */
const brokenIn = ({ drill, specialists, checks }: DrillReport): readonly Problem[] => [
  ...specialists
    .filter(({ verdict }) => !verdict.kept)
    .map(({ name, verdict }) => ({ what: `drill ${drill}: ${name}`, why: verdict.why })),
  ...checks.filter(({ kept }) => !kept).map(({ what, why }) => ({ what: `drill ${drill}: ${what}`, why })),
];

/**
 * Runs the drills of a job one after the other and tells each report.
 * @throws RehearsalError after the last one, where the plan promised better.
 */
export async function conduct(job: Job, stage: Stage, plan: Plan, entry: Entry, teller: Teller): Promise<void> {
  const { patienceSeconds, timeScale } = job;
  const options = { patienceSeconds, timeScale, logs: join(job.folder, "logs"), note: teller.note };
  const broken: Problem[] = [];
  for (const drill of job.drills) {
    const report = await teller.phase("drill", () => runDrill(stage, plan, entry, drill, options), {
      begun: `drill ${drill.kind}`,
      done: ({ kept }) => `drill ${drill.kind}: ${kept ? "everything as promised" : "the plan promised better"}`,
    });
    teller.emit({ kind: "drill", table: drillTable(report), ...report });
    broken.push(...brokenIn(report));
  }
  if (broken.length === 0) return;
  throw new RehearsalError(`The plan promised better than the drills saw:\n${describe(broken)}`, broken);
}
