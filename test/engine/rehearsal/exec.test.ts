import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { lchownSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { execPaths } from "../../../rehearsal/exec.ts";
import { namespaceCommand } from "../../../rehearsal/outside.ts";
import { writeRun } from "../../../rehearsal/runs.ts";
import { systemTool } from "../../../toolchain/path.ts";
import { rehearseCommand } from "../../support/command.ts";
import { processesWith, sandbox, type Sandbox } from "../../support/rehearse.ts";

const project = join(import.meta.dirname, "..", "..", "..");

let box: Sandbox;
let inside: ChildProcess | undefined;
beforeEach(() => {
  box = sandbox();
});
afterEach(() => {
  inside?.kill("SIGKILL");
  box.remove();
});

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;
/** How root becomes an ordinary user for one command. */
const asNobody = ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups", "--"] as const;
const othersCanRead = isRoot && spawnSync("setpriv", [...asNobody.slice(1), "ls", project]).status === 0;

/** Makes a folder and all in it the ordinary user's. */
function giveAway(folder: string): void {
  for (const path of ["", ...readdirSync(folder, { recursive: true, encoding: "utf8" })])
    lchownSync(join(folder, path), nobody, nobody);
}

/** The namespaces of a rehearsal without one in them: as much as commands need to enter. */
async function emptyRehearsal(name: string, prefix: readonly string[] = []): Promise<string> {
  const folder = join(box.folder, "tmp", `polymath-run-${name}`);
  const { bin, home } = execPaths(folder);
  for (const path of [bin, home]) mkdirSync(path, { recursive: true });
  writeFileSync(join(folder, "owner"), `${process.pid} here`);
  writeFileSync(join(folder, "resolv.conf"), "nameserver 10.65.0.10\n");
  symlinkSync("/bin/echo", join(bin, "kubectl"));
  const [unshare, ip] = [await systemTool("unshare", process.env), await systemTool("ip", process.env)];
  const system = { unshare: unshare ?? "", ip: ip ?? "" };
  const asRoot = isRoot && prefix.length === 0;
  const [command = "", ...args] = [...prefix, ...namespaceCommand({ job: { folder }, system, asRoot })];
  if (!asRoot && isRoot) giveAway(box.folder);
  inside = spawn(command, [...args, "/bin/sh", "-c", "echo entered; read line", box.folder], {
    stdio: ["pipe", "pipe", "inherit"],
    cwd: project,
  });
  box.started.push(inside);
  if (inside.stdout) await once(inside.stdout, "data");
  writeRun({ folder, environment: "local" }, inside.pid ?? 0);
  return folder;
}

// Where the tests run as an ordinary user, every other test of this file proves it already.
test.skipIf(!othersCanRead)("an ordinary user enters their own rehearsal, and nobody else's", async () => {
  await emptyRehearsal("a1", asNobody);
  const entered = await rehearseCommand(box, ["exec", "--", "sh", "-c", "id -u; kubectl hello; exit 4"], {
    prefix: asNobody,
  });
  // In its own namespaces it is root.
  expect(entered).toEqual({ code: 4, stdout: "0\nhello\n", stderr: "" });
  expect((await exec(["--", "true"])).stderr).toMatch(/^No rehearsal of yours runs\./);
});

const exec = (args: readonly string[], input = "") => rehearseCommand(box, ["exec", ...args], { input });

test("without a rehearsal it says how to start one", async () => {
  expect(await exec(["--", "kubectl", "get", "pods"])).toEqual({
    code: 1,
    stdout: "",
    stderr: 'No rehearsal of yours runs. Start one in another terminal: "npm run rehearse -- local".\n',
  });
});

test("input, output, exit code and working folder are the command's, the environment is the rehearsal's", async () => {
  const folder = await emptyRehearsal("a1");
  const { bin, home, kubeconfig } = execPaths(folder);
  expect(await exec(["--", "sh", "-c", "cat; pwd; echo no >&2; exit 7"], "typed\n")).toEqual({
    code: 7,
    stdout: `typed\n${project}\n`,
    stderr: "no\n",
  });
  expect(await exec(["--run", "a1", "--", "kubectl", "get", "a pod", "$HOME"])).toEqual({
    code: 0,
    stdout: "get a pod $HOME\n",
    stderr: "",
  });
  expect((await exec(["--", "sh", "-c", "kill -9 $$"])).code).toBe(137);
  expect((await exec(["--", "there-is-no-such-command"])).code).toBe(127);
  const { stdout } = await exec(["--", "env"]);
  const variables = Object.fromEntries(
    stdout
      .trim()
      .split("\n")
      .map((line) => line.split("=", 2)),
  );
  expect(variables).toMatchObject({ HOME: home, KUBECONFIG: kubeconfig, PATH: `${bin}:${box.env["PATH"]}` });
  // Neither the user's credentials nor what configures the tools.
  expect(stdout).not.toMatch(/AWS|PULUMI|the-user/);
  // The network, the processes and the root folder are the rehearsal's.
  const seen = await exec(["--", "sh", "-c", 'cat /etc/resolv.conf; tr "\\0" " " < /proc/1/cmdline']);
  expect(seen.stdout).toBe(`nameserver 10.65.0.10\n/bin/sh -c echo entered; read line ${box.folder} `);
});

test("without a command it is a shell with a prompt of its own", async () => {
  await emptyRehearsal("a1");
  expect(await exec([], "kubectl hello\nexit 3\n")).toEqual({
    code: 3,
    stdout: "hello\n",
    stderr: 'A shell inside the rehearsal of "local": kubectl and pulumi are its own, "exit" leaves it.\n',
  });
});

test("one that has not come far enough is not entered", async () => {
  const folder = await emptyRehearsal("a1");
  rmSync(join(folder, "exec"), { recursive: true });
  expect(await exec(["--", "true"])).toEqual({
    code: 1,
    stdout: "",
    stderr:
      'The rehearsal of "local" has not come far enough to be entered: wait until its control plane and its engine are ready.\n',
  });
});

/** Runs exec on a terminal; what is typed comes from the keyboard. */
function onTerminal(script: string) {
  const words = [process.execPath, join(project, "cli", "rehearse.ts"), "exec", "--", "sh", "-c", script];
  const command = words.map((word) => `'${word}'`).join(" ");
  const child = spawn("script", ["-qefc", `exec ${command}`, "/dev/null"], { env: box.env });
  box.started.push(child);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const ended = once(child, "close").then(([code]) => Number(code));
  return {
    output: () => output,
    type: (text: string) => child.stdin.write(text),
    says: async (text: string) => {
      while (!output.includes(text)) await sleep(50);
    },
    ended,
  };
}

test("Ctrl-C goes to the command alone, which ends as it likes", async () => {
  await emptyRehearsal("a1");
  const run = onTerminal('trap "echo heard; sleep 1; exit 5" INT; tty; echo ready; while :; do sleep 0.1; done');
  await run.says("ready");
  run.type("\u0003");
  expect(await run.ended).toBe(5);
  expect(run.output()).toContain("heard");
  expect(run.output()).not.toContain("not a tty");
  // One that does not care about it is ended by it.
  const other = onTerminal("echo ready; exec sleep 1000");
  await other.says("ready");
  other.type("\u0003");
  expect(await other.ended).toBe(130);
  expect(processesWith("sleep 1000")).toEqual([]);
});

test("a polite kill is passed on to the command", async () => {
  await emptyRehearsal("a1");
  const command = [join(project, "cli", "rehearse.ts"), "exec", "--", "sh", "-c"];
  const script = 'trap "echo ended; exit 6" TERM; echo ready; while :; do sleep 0.1; done';
  const child = spawn(process.execPath, [...command, script], { env: box.env, stdio: ["ignore", "pipe", "inherit"] });
  box.started.push(child);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const ended = once(child, "close");
  while (!output.includes("ready")) await sleep(50);
  child.kill("SIGTERM");
  expect((await ended)[0]).toBe(6);
  expect(output).toBe("ready\nended\n");
});
