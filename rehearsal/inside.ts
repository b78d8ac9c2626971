import { join } from "node:path";
import { catalogue } from "../catalogue/index.ts";
import { planEnvironment } from "../plan/plan-environment.ts";
import type { Plan } from "../plan/types.ts";
import { prepareEngine } from "./engine.ts";
import { RehearsalError } from "./error.ts";
import { envoyProxyRef } from "./gateway.ts";
import { KubeError } from "./kube/client.ts";
import { readJob } from "./job.ts";
import { bringUp, proveStable, takeDown } from "./prove.ts";
import { startRelay } from "./relay.ts";
import { curlLine, report } from "./report.ts";
import { describe, endedProcesses, untilAnswered } from "./settle.ts";
import { setStage, type Stage } from "./stage.ts";
import { askGateway, askSpecialists, type Entry } from "./traffic.ts";

/** First program inside the namespaces. Its one argument is the job's file; its standard input closes when the outside is gone. */
const job = readJob(process.argv[2] ?? "");
const begun = Date.now();
/** What shells report for a command that Ctrl-C ended. */
const interruptedCode = 130;
const say = (line: string) =>
  process.stdout.write(`[${((Date.now() - begun) / 1000).toFixed(0).padStart(3)} s] ${line}\n`);

const outsideGone = new Promise<void>((resolve) => {
  process.stdin.on("end", resolve).on("error", resolve).resume();
});

async function sendTraffic(plan: Plan, entry: Entry): Promise<void> {
  const specialists = await untilAnswered(() => askSpecialists(plan, entry), job.patienceSeconds);
  const gateway = await untilAnswered(() => askGateway(plan, entry), job.patienceSeconds);
  process.stdout.write(`\n${report(plan, specialists, gateway)}\n\n`);
  const failed = [...specialists, ...gateway].filter(({ ok }) => !ok);
  if (failed.length === 0) return;
  const lines = describe(failed.map(({ name, route, answer }) => ({ what: `${name} (${route})`, why: answer })));
  throw new RehearsalError(`${failed.length} of ${specialists.length + gateway.length} requests failed:\n${lines}`);
}

/** Looks every second whether all that must run still runs. */
function watchProcesses(standingStage: Stage): { readonly failed: Promise<never>; readonly stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const failed = new Promise<never>((_resolve, reject) => {
    timer = setInterval(() => {
      const ended = endedProcesses(standingStage);
      if (ended) reject(ended);
    }, 1_000);
  });
  return { failed, stop: () => clearInterval(timer) };
}

async function rehearse(stage: Stage, plan: Plan): Promise<void> {
  const edges = { kubeconfig: stage.controlPlane.kubeconfig, envoyProxy: envoyProxyRef };
  const engine = await prepareEngine(
    job,
    edges,
    plan.secrets.map(({ key }) => key),
  );
  const plugin = job.kubernetesPlugin === null ? "stand-in" : "official";
  say(`pulumi up of "${plan.environment}" with the ${plugin} Kubernetes plugin and the policy pack`);
  await bringUp(stage, engine, job.patienceSeconds, say);
  say("every pod is ready and every route accepted");

  const client = plan.gateway.clients[0];
  const key = client === undefined ? undefined : engine.secrets[`client-${client}`];
  const entry: Entry = { address: "127.0.0.1", port: 80, host: plan.gateway.host, key };
  await sendTraffic(plan, entry);
  if (job.once) {
    await proveStable(engine);
    say("a second preview plans nothing, a refresh finds no drift");
    say(`taken down: ${await takeDown(stage, engine)} objects, none of them left`);
    return;
  }
  const socket = join(job.folder, "gateway.sock");
  const close = await startRelay(socket, entry.address, entry.port);
  standing = true;
  process.stdout.write(`It stays up until Ctrl-C. From another terminal:\n\n  ${curlLine(plan, entry, socket)}\n\n`);
  const watch = watchProcesses(stage);
  await Promise.race([outsideGone, watch.failed]);
  watch.stop();
  close();
}

let stage: Stage | undefined;
/** From here on Ctrl-C is the end that was asked for; before, it cuts the rehearsal short. */
let standing = false;
try {
  const plan = planEnvironment(job.stacks, job.environment);
  // Whatever it is doing, it stops when the outside is gone: the namespaces take every process with them.
  const work = async () => {
    stage = await setStage(job, catalogue, say);
    await rehearse(stage, plan);
  };
  const cutShort = outsideGone.then(() => !standing);
  const interrupted = await Promise.race([work().then(() => false), cutShort]);
  await stage?.stop();
  process.exit(interrupted ? interruptedCode : 0);
} catch (error) {
  const known = error instanceof RehearsalError || error instanceof KubeError;
  const text = known ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`\nThe rehearsal failed. ${text}\n`);
  await stage?.stop();
  process.exit(1);
}
