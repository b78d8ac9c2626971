import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { catalogue } from "../catalogue/index.ts";
import { loadEnvironment } from "../config/load.ts";
import { readLock } from "../plan/lock.ts";
import { makePlan } from "../plan/make-plan.ts";
import type { Plan } from "../plan/types.ts";
import { prepareEngine, upArguments, type Engine } from "./engine.ts";
import { envoyProxyRef } from "./gateway.ts";
import { readJob, type Job } from "./job.ts";
import { objectsIn, stillThere } from "./leftovers.ts";
import { problemsIn, type Problem } from "./problems.ts";
import { startRelay } from "./relay.ts";
import { report } from "./report.ts";
import { setStage, type Stage } from "./stage.ts";
import { askGateway, askSpecialists, type Entry } from "./traffic.ts";

/** Why a rehearsal failed, in words for the person at the keyboard. */
class RehearsalError extends Error {
  override readonly name = "RehearsalError";
}

const job: Job = readJob(process.argv[2] ?? "");
const begun = Date.now();
const say = (line: string) => process.stdout.write(`[${((Date.now() - begun) / 1000).toFixed(0).padStart(3)} s] ${line}\n`);

/** Ends when the outer process is gone: its end of the pipe closes. */
const outerGone = new Promise<void>((resolve) => {
  process.stdin.on("end", resolve).on("error", resolve).resume();
});

const describe = (problems: readonly Problem[]) => problems.map(({ what, why }) => `  ${what}: ${why}`).join("\n");

/**
 * Watches for things that are not ready and do not change. Resolves with them once nothing has changed for the patience, or with none as
 * soon as `done` says so and everything is ready.
 */
async function settle(stage: Stage, isDone: () => boolean, patienceMs: number): Promise<readonly Problem[]> {
  let last = "";
  let since = Date.now();
  for (;;) {
    const ended = stage.processes().filter((one) => !one.isRunning());
    if (ended.length > 0) throw new RehearsalError(ended.map((one) => `${one.name} ended by itself. The end of its log:\n${one.tail()}`).join("\n"));
    const problems = await problemsIn(stage.controlPlane.client);
    if (problems.length === 0 && isDone()) return [];
    const now = JSON.stringify(problems);
    if (now !== last) {
      last = now;
      since = Date.now();
    } else if (problems.length > 0 && Date.now() - since > patienceMs) return problems;
    await sleep(500);
  }
}

async function bringUp(stage: Stage, engine: Engine): Promise<void> {
  const abort = new AbortController();
  let finished = false;
  const up = engine.pulumi(upArguments, abort.signal).finally(() => {
    finished = true;
  });
  const problems = await settle(stage, () => finished, job.patienceSeconds * 1000);
  if (problems.length > 0) {
    abort.abort();
    const { output } = await up;
    const refused = finished && /mandatory|error:/.test(output) ? `\nThe engine said:\n${lastLines(output)}` : "";
    throw new RehearsalError(`Nothing changed for ${job.patienceSeconds} s, and this is not ready:\n${describe(problems)}${refused}`);
  }
  const { code, output } = await up;
  if (code !== 0) throw new RehearsalError(`pulumi up ended with exit code ${code}:\n${lastLines(output)}`);
}

const lastLines = (output: string) => output.trim().split("\n").slice(-40).join("\n");

/** Destroys the stack and proves that the API server has nothing of it left. */
async function takeDown(stage: Stage, engine: Engine): Promise<void> {
  const exported = await engine.pulumi(["stack", "export"]);
  if (exported.code !== 0) throw new RehearsalError(`pulumi stack export ended with exit code ${exported.code}:\n${lastLines(exported.output)}`);
  const objects = objectsIn(exported.output);
  const { code, output } = await engine.pulumi(["destroy", "--yes"]);
  if (code !== 0) throw new RehearsalError(`pulumi destroy ended with exit code ${code}:\n${lastLines(output)}`);
  const left = await stillThere(stage.controlPlane.client, objects);
  if (left.length > 0) throw new RehearsalError(`pulumi destroy left ${left.length} objects behind: ${left.map(({ kind, namespace, name }) => `${kind} ${namespace ?? ""}/${name}`).join(", ")}`);
  say(`taken down: ${objects.length} objects, none left`);
}

function curlLine(plan: Plan, entry: Entry, socket: string): string {
  const model = plan.gateway.models[0]?.names[0];
  const key = entry.key === undefined ? "" : ` -H 'Authorization: Bearer ${entry.key}'`;
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "Who answers?" }] });
  return `curl --unix-socket '${socket}'${key} -H 'Content-Type: application/json' -d '${body}' http://${entry.host}/v1/chat/completions`;
}

async function rehearse(stage: Stage, plan: Plan): Promise<boolean> {
  const edges = { kubeconfig: stage.controlPlane.kubeconfig, envoyProxy: envoyProxyRef };
  const engine = await prepareEngine(job, edges, plan.secrets.map(({ key }) => key));
  say(`pulumi up of "${plan.environment}" with the ${job.kubernetesPlugin === null ? "stand-in" : "official"} Kubernetes plugin`);
  await bringUp(stage, engine);
  say("every pod is ready and every route accepted");

  const client = plan.gateway.clients[0];
  const entry: Entry = { address: "127.0.0.1", port: 80, host: plan.gateway.host, key: client === undefined ? undefined : engine.secrets[`client-${client}`] };
  const specialists = await askSpecialists(plan, entry);
  const gateway = await askGateway(plan, entry);
  process.stdout.write(`\n${report(plan, specialists, gateway)}\n\n`);
  const failed = [...specialists, ...gateway].filter(({ ok }) => !ok);
  if (failed.length > 0) {
    throw new RehearsalError(`${failed.length} of ${specialists.length + gateway.length} requests failed:\n${describe(failed.map(({ name, route, answer }) => ({ what: `${name} (${route})`, why: answer })))}`);
  }
  if (job.once) {
    await takeDown(stage, engine);
    return true;
  }
  const socket = join(job.folder, "gateway.sock");
  const close = await startRelay(socket, entry.address, entry.port);
  process.stdout.write(`It stays up until Ctrl-C. From another terminal:\n\n  ${curlLine(plan, entry, socket)}\n\n`);
  await outerGone;
  close();
  return true;
}

const stop = new Promise<"stopped">((resolve) => {
  void outerGone.then(() => resolve("stopped"));
});
let stage: Stage | undefined;
try {
  const plan = makePlan({
    environment: loadEnvironment(job.stacks, job.environment),
    catalogue,
    lock: readLock(job.stacks, job.environment),
    today: new Date().toISOString().slice(0, 10),
  });
  stage = await setStage(job, catalogue, say);
  await Promise.race([rehearse(stage, plan), stop]);
  await stage.stop();
  process.exit(0);
} catch (error) {
  const text = error instanceof RehearsalError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`\nThe rehearsal failed. ${text}\n`);
  await stage?.stop();
  process.exit(1);
}
