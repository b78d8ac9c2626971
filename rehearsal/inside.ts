import { join } from "node:path";
import { fullDiskNote } from "../toolchain/disk.ts";
import { environmentCatalogue, planEnvironment } from "../plan/plan-environment.ts";
import type { Plan } from "../plan/types.ts";
import { conduct } from "./drills/conduct.ts";
import { prepareEngine, shortcuts, type Engine } from "./engine.ts";
import { RehearsalError } from "./error.ts";
import { emitTo, eventsDescriptor, tellerWith, type EventOf } from "./events.ts";
import { execPaths, prepareExec } from "./exec.ts";
import { envoyProxyRef } from "./gateway.ts";
import { KubeError } from "./kube/client.ts";
import { readJob } from "./job.ts";
import { bringUp, proveStable, takeDown } from "./prove.ts";
import { askExternal, guardExternal } from "./providers/traffic.ts";
import { startRelay } from "./relay.ts";
import { curlLine, reportOf } from "./report.ts";
import { describe, untilAnswered } from "./settle.ts";
import { setStage, type Stage } from "./stage.ts";
import { askGateway, askSpecialists, type Entry } from "./traffic.ts";
import { whileAllRuns } from "./watch.ts";
import { zonesOf } from "./zones.ts";

/**
 * First program inside the namespaces. Its one argument is the job's file; its standard input closes when the outside is gone. What it
 * has to tell goes out as events; what it prints is for a log.
 */
const job = readJob(process.argv[2] ?? "");
const teller = tellerWith(emitTo(eventsDescriptor));
const { emit, phase } = teller;
/** What shells report for a command that Ctrl-C ended. */
const interruptedCode = 130;

let isOutsideGone = false;
const outsideGone = new Promise<void>((resolve) => {
  const gone = () => {
    isOutsideGone = true;
    resolve();
  };
  process.stdin.on("end", gone).on("error", gone).resume();
});

async function sendTraffic(plan: Plan, entry: Entry): Promise<void> {
  const asked = async () => [...(await askSpecialists(plan, entry)), ...(await askExternal(plan, entry))];
  const guarded = async () => [...(await askGateway(plan, entry)), ...(await guardExternal(plan, entry))];
  const specialists = await untilAnswered(asked, job.patienceSeconds);
  const gateway = await untilAnswered(guarded, job.patienceSeconds);
  emit({ kind: "report", report: reportOf(plan, specialists, gateway) });
  const failed = [...specialists, ...gateway].filter(({ ok }) => !ok);
  if (failed.length === 0) return;
  const problems = failed.map(({ name, route, answer }) => ({ what: `${name} (${route})`, why: answer }));
  const requests = specialists.length + gateway.length;
  throw new RehearsalError(`${failed.length} of ${requests} requests failed:\n${describe(problems)}`, problems);
}

/** Applies the environment, sends traffic, and with `once` proves what holds afterwards. */
async function rehearse(stage: Stage, plan: Plan, engine: Engine, entry: Entry): Promise<void> {
  const plugin = job.kubernetesPlugin === null ? "stand-in" : "official";
  await phase("update", () => bringUp(stage, engine, job.patienceSeconds, emit), {
    begun: `pulumi up of "${plan.environment}" with the ${plugin} Kubernetes plugin and the policy pack`,
    done: () => "every pod is ready and every route accepted",
  });
  await phase("traffic", () => whileAllRuns(stage.watched, () => sendTraffic(plan, entry)));
  await conduct(job, stage, plan, entry, teller);
  if (!job.once) return;
  await phase("proof", () => whileAllRuns(stage.watched, () => proveStable(engine)), {
    done: () => "a second preview plans nothing, a refresh finds no drift",
  });
  emit({ kind: "stable" });
  // Without its Gateway Envoy ends, as it should.
  const objects = await phase("destroy", () => whileAllRuns(stage.processes, () => takeDown(stage, engine)), {
    done: (count) => `taken down: ${count} objects, none of them left`,
  });
  emit({ kind: "destroyed", objects });
}

/** From here on Ctrl-C is the end that was asked for; before, it cuts the rehearsal short. */
let standing = false;

/** Stays up until the outside ends. @throws RehearsalError when a process ends by itself, unless something had failed before. */
async function stand(stage: Stage, plan: Plan, entry: Entry, hasFailed: boolean): Promise<void> {
  const socket = join(job.folder, "gateway.sock");
  const close = await startRelay(socket, entry.address, entry.port);
  standing = true;
  emit({
    kind: "standing",
    socket,
    curl: curlLine(plan, entry, socket),
    kubeconfig: execPaths(job.folder).kubeconfig,
    exec: "npm run rehearse -- exec -- kubectl get pods -A",
  });
  await (hasFailed ? outsideGone : whileAllRuns(stage.watched, () => outsideGone));
  close();
}

async function failureOf(error: unknown): Promise<EventOf<"failure">> {
  // A file that cannot be written, a process that cannot be started: of the machine, and no bug.
  const isSystems = error instanceof Error && "syscall" in error;
  const known = error instanceof RehearsalError || error instanceof KubeError || isSystems;
  const text = known ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  const message = `${text}${await fullDiskNote(text, process.env)}`;
  const problems = error instanceof RehearsalError ? [...error.problems] : [];
  return { kind: "failure", message, problems };
}

let stage: Stage | undefined;

async function work(plan: Plan): Promise<number> {
  stage = await setStage(job, environmentCatalogue(job.stacks, job.environment), zonesOf(plan), teller);
  const edges = { kubeconfig: stage.controlPlane.kubeconfig, envoyProxy: envoyProxyRef, zones: [...zonesOf(plan)] };
  const secretKeys = plan.secrets.map(({ key }) => key);
  const engine = await prepareEngine(job, edges, secretKeys, plan.registries, shortcuts(job.folder));
  prepareExec(job, engine);
  stage.providers.openAccounts(engine.secrets);
  const client = plan.gateway.clients[0];
  const key = client === undefined ? undefined : engine.secrets[`client-${client}`];
  const entry: Entry = { address: "127.0.0.1", port: 80, host: plan.gateway.host, key };
  let code = 0;
  try {
    await rehearse(stage, plan, engine, entry);
  } catch (error) {
    // What fails while everything is being stopped is no failure of the rehearsal's.
    if (!job.keep || isOutsideGone) throw error;
    emit(await failureOf(error));
    code = 1;
  }
  if (!job.once) await stand(stage, plan, entry, code !== 0);
  return code;
}

let isFailing = false;

/** Tells why it fails and ends. What goes wrong on the way out follows from that, and must not begin it again. */
async function fail(error: unknown): Promise<void> {
  if (isFailing) return;
  isFailing = true;
  try {
    emit(await failureOf(error));
    await stage?.stop();
  } finally {
    process.exit(1);
  }
}

// Thrown where nobody waits for it, such as a log that cannot be written any more.
process.on("uncaughtException", (error) => void fail(error));

try {
  const plan = planEnvironment(job.stacks, job.environment);
  // Whatever it is doing, it stops when the outside is gone: the namespaces take every process with them.
  const cutShort = outsideGone.then(() => (standing ? new Promise<never>(() => undefined) : interruptedCode));
  const code = await Promise.race([work(plan), cutShort]);
  await stage?.stop();
  process.exit(code);
} catch (error) {
  await fail(error);
}
