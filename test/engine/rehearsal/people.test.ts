import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { documentSchema } from "../../../cli/rehearse/document.ts";
import { rehearseCommand } from "../../support/command.ts";
import { processesWith, rehearse, sandbox, untouchedHome, type Sandbox } from "../../support/rehearse.ts";

const project = join(import.meta.dirname, "..", "..", "..");

let box: Sandbox;
beforeEach(() => {
  box = sandbox();
});
afterEach(() => box.remove());

const exec = (args: readonly string[]) => rehearseCommand(box, ["exec", ...args]);

test("what failed is kept up to look around in: the document says why, exec runs commands inside, Ctrl-C ends it with 1", async () => {
  const run = rehearse(box, ["local", "--keep", "--json", "--patience", "20", "--fault", "failing-server=boltz2"]);
  await run.says('"logs":');
  await run.says("\n}\n");
  const document = documentSchema.parse(JSON.parse(run.stdout()));
  expect(document).toMatchObject({
    ok: false,
    stable: null,
    destroyedObjects: null,
    failure: {
      message: expect.stringMatching(/^2 of 19 requests failed:\n {2}boltz2 /),
      problems: ["/biology/mit/boltz2/predict", "/boltz2/biology/mit/boltz2/predict"].map((path) => ({
        what: `boltz2 (${path})`,
        why: expect.stringMatching(/^HTTP 500: /),
      })),
    },
    standing: { exec: "npm run rehearse -- exec -- kubectl get pods -A" },
  });
  expect(document.phases.map(({ name, ok }) => [name, ok])).toEqual([
    ["tools", true],
    ["control-plane", true],
    ["gateway", true],
    ["update", true],
    ["traffic", false],
  ]);
  expect(document.specialists.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(["boltz2", "boltz2"]);

  const pods = await exec(["--", "kubectl", "get", "pods", "-A", "-o", "name"]);
  expect([pods.code, pods.stderr]).toEqual([0, ""]);
  expect(pods.stdout).toMatch(/^pod\/boltz2-\S+$/m);

  const [name = ""] = box.runFolders();
  const stack = await exec(["--run", name.replace("polymath-run-", ""), "--", "pulumi", "stack", "ls", "--json"]);
  expect([stack.code, stack.stderr]).toEqual([0, ""]);
  expect(JSON.parse(stack.stdout)).toMatchObject([{ name: "local", current: true }]);

  // Only the rehearsal's own processes are there to be seen.
  expect((await exec(["--", "cat", "/proc/1/cmdline"])).stdout).toContain("inside.ts");
  // The engine's keys reach its pulumi alone.
  expect((await exec(["--", "env"])).stdout).not.toMatch(/PULUMI|TOKEN|PASSPHRASE/);
  const unknown = await exec(["--run", "nobody", "--", "true"]);
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toMatch(
    /^No rehearsal of the name "nobody" runs; choose one with --run NAME:\n\nrun +environment +since\n\w+ +local +\d{4}-/,
  );

  run.signal("SIGINT");
  expect(await run.ended).toBe(1);
  expect(run.output()).toMatch(/The logs are kept in .*polymath-run-\w+\/logs\.\n$/);
  expect(JSON.parse(run.stdout())).toEqual(document);
  const logs = document.logs ?? "";
  for (const file of [
    "rehearsal.log",
    "inside.log",
    "pulumi.log",
    "players.log",
    "kube-apiserver.log",
    "envoy-gateway.log",
  ])
    expect(readdirSync(logs)).toContain(file);
  expect(readdirSync(join(logs, ".."))).toEqual(["logs"]);
  while (processesWith(box.folder).length > 0) await sleep(100);
  expect(box.home()).toEqual(untouchedHome);
});

/** Runs a rehearsal on a terminal of its own. What is typed there comes from the keyboard. */
function onTerminal(args: readonly string[], env: NodeJS.ProcessEnv) {
  const command = [process.execPath, join(project, "cli", "rehearse.ts"), ...args].map((word) => `'${word}'`).join(" ");
  const child = spawn("script", ["-qefc", `stty cols 72 rows 30; exec ${command}`, "/dev/null"], {
    cwd: project,
    env: { ...box.env, TERM: "xterm", LANG: "C.UTF-8", ...env },
  });
  box.started.push(child);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  return {
    output: () => output,
    type: (text: string) => child.stdin.write(text),
    says: async (text: string) => {
      while (!output.includes(text)) {
        if (child.exitCode !== null) throw new Error(`It ended before it said "${text}":\n${output}`);
        await sleep(50);
      }
    },
    ended,
  };
}

const ctrlC = "\u0003";

test("on a terminal one view is drawn in place, and Ctrl-C leaves the cursor visible", async () => {
  const run = onTerminal(["local", "--once"], { NO_COLOR: "1" });
  await run.says("✓ gateway controller");
  await run.says("resources ");
  run.type(ctrlC);
  expect(await run.ended).toBe(130);
  // Escape codes, so that one can see them.
  const output = run.output().replaceAll("\u001B", "␛");
  expect(output).toMatch(/^␛\[\?25l/);
  expect(output.lastIndexOf("␛[?25h")).toBeGreaterThan(output.lastIndexOf("␛[?25l"));
  // Drawn over, never scrolled: after each frame the cursor goes up again by as many lines as the frame has.
  const frames = output.split(/␛\[\d+A/);
  expect(frames.length).toBeGreaterThan(10);
  const linesOf = (frame = "") => frame.replaceAll(/␛\[[?\d]*[A-Za-z]/g, "").split("\r\n");
  expect(Math.max(...frames.flatMap((frame) => linesOf(frame)).map(({ length }) => length))).toBeLessThanOrEqual(72);
  const last = linesOf(frames.at(-1));
  expect(last.filter((line) => /^[✓✗⠋⠙⠹⠸⠼⠴⠦⠧·]/u.test(line)).map((line) => line.replace(/ {2,}.*/, ""))).toEqual([
    "✓ tools",
    "✓ control plane",
    "✓ gateway controller",
    // Still at work, or already interrupted: whichever the outside heard of last.
    expect.stringMatching(/^. pulumi up$/u),
    "· traffic",
    "· second preview and refresh",
    "· pulumi destroy",
  ]);
  // NO_COLOR is heard.
  expect(output).not.toMatch(/␛\[\d+m/);
  while (processesWith(box.folder).length > 0) await sleep(100);
  expect(box.runFolders()).toEqual([]);
});

test.each(["SIGINT", "SIGQUIT"] as const)(
  "%s while tools are made interrupts: the document says so, the exit code is 130",
  async (signal) => {
    const bin = join(box.folder, "bin");
    mkdirSync(bin);
    // A Go that never comes to an end.
    const answers = ["go1.26.8", "local", join(box.folder, "build"), join(box.folder, "modules")];
    const said = answers.map((line) => `echo '${line}'`).join("; ");
    writeFileSync(join(bin, "go"), `#!/bin/sh\ncase "$1" in env) ${said} ;; *) exec sleep 600 ;; esac\n`, {
      mode: 0o755,
    });
    const env = { ...box.env, PATH: `${bin}:${box.env["PATH"]}`, XDG_CACHE_HOME: join(box.folder, "cache") };
    const run = rehearse({ ...box, env }, ["local", "--json"]);
    await run.says("Making pulumi");
    // Tests alone need it.
    expect(run.output()).not.toContain("kwok");
    run.signal(signal);
    expect(await run.ended).toBe(130);
    const document = documentSchema.parse(JSON.parse(run.stdout()));
    expect(document).toMatchObject({
      ok: false,
      interrupted: true,
      phases: [{ name: "tools", ok: false }],
      failure: null,
      logs: null,
    });
    expect(run.output()).toContain("Interrupted. Nothing half-made was kept; the same command goes on from here.\n");
    expect(box.runFolders()).toEqual([]);
  },
);
