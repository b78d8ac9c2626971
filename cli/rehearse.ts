import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { formatFindings } from "../config/finding.ts";
import { keepLogs, makeRunFolder, removeRunFolder, runInside } from "../rehearsal/outside.ts";
import { checkNamespaces } from "../toolchain/host.ts";
import { systemTool } from "../toolchain/path.ts";
import { progressPrinter } from "../toolchain/progress.ts";
import { resolveTools } from "../toolchain/resolve.ts";
import { toolNames } from "../toolchain/tools.ts";
import { planOf, run, stacksFolder, UserError } from "./common.ts";
import { checkFaults, parseOptions } from "./rehearse-options.ts";

/** Version of the official plugin that the project's SDK speaks to. */
const officialPlugin = "4.34.2";

/** The official Kubernetes plugin where the user has installed that version, else null: the stand-in. */
function findOfficialPlugin(): string | null {
  const home = process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
  const path = join(home, "plugins", `resource-kubernetes-v${officialPlugin}`, "pulumi-resource-kubernetes");
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return null;
  }
}

/** Commands of the system that make namespaces. @throws UserError where a rehearsal cannot run. */
async function systemCommands(): Promise<{ readonly unshare: string; readonly ip: string }> {
  const namespaces = await checkNamespaces(process.env);
  if (namespaces.status !== "ok") {
    throw new UserError(
      `A rehearsal cannot run here. ${namespaces.where}. ${namespaces.mend}\nRun "npm run doctor" for the whole picture.`,
    );
  }
  const [unshare, ip] = [await systemTool("unshare", process.env), await systemTool("ip", process.env)];
  if (unshare === undefined || ip === undefined) {
    throw new UserError(
      'A rehearsal needs the commands "unshare" (util-linux) and "ip" (iproute2). Run "npm run doctor".',
    );
  }
  return { unshare, ip };
}

await run(async () => {
  const { environment, ...options } = parseOptions(process.argv.slice(2));
  // Refused before a single tool is built.
  const plan = planOf(environment);
  checkFaults(options.faults, plan);
  for (const notice of plan.waived) process.stdout.write(`Waiver: ${notice}\n`);
  if (plan.findings.length > 0) process.stdout.write(`${formatFindings(environment, plan.findings)}\n`);
  const system = await systemCommands();
  // An interrupt while tools are made ends that work, and with it this command.
  const resolved = await resolveTools(toolNames, { progress: progressPrinter(process.stderr) });
  const paths = Object.fromEntries(toolNames.map((name) => [name, resolved[name].path]));

  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interrupted.abort());
  const folder = makeRunFolder();
  const job = {
    environment,
    project: fileURLToPath(new URL("..", import.meta.url)),
    stacks: resolve(stacksFolder()),
    folder,
    tools: z.record(z.enum(toolNames), z.string()).parse(paths),
    kubernetesPlugin: findOfficialPlugin(),
    ...options,
  };
  const code = await runInside({ job, system, asRoot: process.getuid?.() === 0, signal: interrupted.signal });
  if (code === 0 || interrupted.signal.aborted) removeRunFolder(folder);
  else process.stderr.write(`The logs are kept in ${keepLogs(folder)}.\n`);
  return code;
});
