import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { z } from "zod";
import { catalogue } from "../catalogue/index.ts";
import { loadEnvironment } from "../config/load.ts";
import { formatFindings } from "../config/finding.ts";
import { readLock } from "../plan/lock.ts";
import { makePlan } from "../plan/make-plan.ts";
import { faultSchema, type Fault } from "../rehearsal/job.ts";
import { keepLogs, makeRunFolder, removeRunFolder, runInside } from "../rehearsal/outside.ts";
import { checkNamespaces } from "../toolchain/host.ts";
import { executablesOnPath, systemTool } from "../toolchain/path.ts";
import { progressPrinter } from "../toolchain/progress.ts";
import { resolveTools } from "../toolchain/resolve.ts";
import { toolNames } from "../toolchain/tools.ts";
import { run, stacksFolder, today, UserError } from "./common.ts";

const usage = `Usage: npm run rehearse -- [ENVIRONMENT] [--once] [--patience SECONDS] [--fault KIND[=TARGET]]
  --once       take everything down after the report
  --patience   seconds without any change after which what is not ready counts as failed (default 60)
  --fault      break something on purpose: cordoned-pool=POOL, unlabelled-nodes, revoked-grant=NAMESPACE, silent-server=SPECIALIST,
               failing-server=SPECIALIST`;

/** Version of the official plugin that the project's SDK speaks to. */
const officialPlugin = "4.34.2";

function parseFault(text: string): Fault {
  const [kind, target] = text.split("=", 2);
  const parsed = faultSchema.safeParse(target === undefined ? { kind } : { kind, target });
  if (!parsed.success) throw new UserError(`"${text}" is no fault.\n${usage}`);
  return parsed.data;
}

function parse(argv: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        once: { type: "boolean", default: false },
        patience: { type: "string", default: "60" },
        fault: { type: "string", multiple: true, default: [] },
      },
    });
    if (positionals.length > 1) throw new UserError(`One environment at a time; given: ${positionals.join(", ")}.`);
    const patienceSeconds = Number(values.patience);
    if (!(patienceSeconds > 0))
      throw new UserError(`--patience takes a number of seconds above 0; given: "${values.patience}".`);
    return {
      environment: positionals[0] ?? "local",
      once: values.once,
      patienceSeconds,
      faults: values.fault.map(parseFault),
    };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

/** The official Kubernetes plugin where the user has it, else null: the stand-in. */
async function findOfficialPlugin(): Promise<string | null> {
  const home = process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
  const installed = join(home, "plugins", `resource-kubernetes-v${officialPlugin}`, "pulumi-resource-kubernetes");
  if (existsSync(installed)) return installed;
  return (await executablesOnPath("pulumi-resource-kubernetes", process.env))[0] ?? null;
}

await run(async () => {
  const { environment, ...options } = parse(process.argv.slice(2));
  const stacks = resolve(stacksFolder());
  // Refused before a single tool is built.
  const plan = makePlan({
    environment: loadEnvironment(stacks, environment),
    catalogue,
    lock: readLock(stacks, environment),
    today: today(),
  });
  for (const notice of plan.waived) process.stdout.write(`Waiver: ${notice}\n`);
  if (plan.findings.length > 0) process.stdout.write(`${formatFindings(environment, plan.findings)}\n`);

  const namespaces = await checkNamespaces(process.env);
  if (namespaces.status !== "ok")
    throw new UserError(
      `A rehearsal cannot run here. ${namespaces.where}. ${namespaces.mend}\nRun "npm run doctor" for the whole picture.`,
    );
  const unshare = await systemTool("unshare", process.env);
  const ip = await systemTool("ip", process.env);
  if (unshare === undefined || ip === undefined)
    throw new UserError(
      'A rehearsal needs the commands "unshare" (util-linux) and "ip" (iproute2). Run "npm run doctor".',
    );

  const interrupted = new AbortController();
  const resolved = await resolveTools(toolNames, {
    progress: progressPrinter(process.stderr),
    signal: interrupted.signal,
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interrupted.abort());

  const tools = z
    .record(z.enum(toolNames), z.string())
    .parse(Object.fromEntries(toolNames.map((name) => [name, resolved[name].path])));

  const folder = makeRunFolder();
  const project = fileURLToPath(new URL("..", import.meta.url));
  const job = {
    environment,
    project,
    stacks,
    folder,
    tools,
    kubernetesPlugin: await findOfficialPlugin(),
    ...options,
  };
  const code = await runInside({
    job,
    system: { unshare, ip },
    asRoot: process.getuid?.() === 0,
    signal: interrupted.signal,
  });
  if (code === 0 || interrupted.signal.aborted) removeRunFolder(folder);
  else process.stderr.write(`The logs are kept in ${keepLogs(folder)}.\n`);
  return code;
});
