import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { descendants, rehearse, sandbox, traces, type Rehearsal, type Sandbox } from "../../support/rehearse.ts";

let box: Sandbox;
beforeEach(() => {
  box = sandbox();
});
afterEach(() => box.remove());

/** Waits until processes of that command line run below the rehearsal. */
async function untilRuns(run: Rehearsal, command: RegExp): Promise<number> {
  for (;;) {
    const [pid] = descendants(run.pid, command);
    if (pid !== undefined) return pid;
    await sleep(20);
  }
}

/** What a failed rehearsal said of its failure, without the run's own paths. */
const failureIn = (output: string) => output.slice(output.indexOf("The rehearsal failed."));

// Other moments at every run; a failure names the seed, and POLYMATH_SEED repeats it.
const seed = Number(process.env["POLYMATH_SEED"] ?? Math.floor(Math.random() * 1e9));

/** A reproducible fraction between 0 and 1: the first number of a linear congruential generator (Numerical Recipes). */
const fraction = (index: number) => ((1_664_525 * (seed + index * 7_919) + 1_013_904_223) % 2 ** 32) / 2 ** 32;

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Up to so many milliseconds after it said so; the first: after its start. */
const moments = [
  { says: "", within: 800, args: [] },
  { says: "control plane is ready", within: 2_000, args: [] },
  { says: "pulumi up of", within: 10_000, args: [] },
  { says: "a second preview plans nothing", within: 5_000, args: ["--once"] },
] as const;

test.for(moments.map((moment, index) => ({ ...moment, index })))(
  `an interrupt at most $within ms after "$says" leaves nothing (seed ${seed})`,
  async ({ says, within, args, index }) => {
    const run = rehearse(box, ["local", ...args]);
    await run.says(says);
    await sleep(within * fraction(index));
    const signal = signals[index % signals.length] ?? "SIGINT";
    run.signal(signal);
    const code = await run.ended;
    // Before it looks out for signals, the signal itself ends it; while it stands, it ends as it should.
    const allowed = says === "" ? [130, null] : [130, 0];
    expect(allowed).toContain(code);
    expect(run.output()).not.toContain("The rehearsal failed");
    expect(traces(box)).toEqual([]);
  },
);

test("a second Ctrl-C ends at once what does not react to the first", async () => {
  const run = rehearse(box, ["local"]);
  await run.says("control plane is ready");
  process.kill(await untilRuns(run, /^\S*node .*inside\.ts/), "SIGSTOP");
  run.signal("SIGINT");
  // npm sends it once more at once; that does not count.
  run.signal("SIGINT");
  await sleep(700);
  run.signal("SIGINT");
  expect(await run.ended).toBe(130);
  expect(traces(box)).toEqual([]);
});

test("when nobody reads its output any more it ends, and leaves nothing", async () => {
  const run = rehearse(box, ["local"]);
  await run.says("control plane is ready");
  run.hangUp();
  expect(await run.ended).toBe(130);
  expect(traces(box)).toEqual([]);
});

/** Kills a process of a rehearsal when it has said something. Gives what it says of that. */
async function killed(command: RegExp, says: string): Promise<string> {
  const run = rehearse(box, ["local"]);
  await run.says(says);
  process.kill(await untilRuns(run, command), "SIGKILL");
  expect(await run.ended).toBe(1);
  expect(run.output()).toMatch(/The logs are kept in .*polymath-run-\w+\/logs\.\n$/);
  expect(run.output()).not.toMatch(/^\s+at /m);
  expect(traces(box, { keptLogs: true })).toEqual([]);
  return failureIn(run.output());
}

test.for([
  [
    /\/etcd /,
    "control plane is ready",
    /^The rehearsal failed\. etcd ended by itself \(SIGKILL\)\. The end of its log:\n/,
  ],
  [/\/pulumi up /, "pulumi up of", /^The rehearsal failed\. pulumi up ended \(SIGKILL\):\n/],
  [/kubernetes-plugin\/main\.ts/, "pulumi up of", /^The rehearsal failed\. [^]*error: /],
  [
    /\/bin\/envoy /,
    "It stays up until",
    /^The rehearsal failed\. envoy ended by itself \(signal: killed\)\. The end of its log:\n/,
  ],
  [
    /unshare /,
    "control plane is ready",
    /^The rehearsal failed\. Its namespaces ended by SIGKILL: what runs inside was killed, or could not start\./,
  ],
] as const)("kill -9 of %s is told, and leaves nothing", async ([command, says, message]) => {
  expect(await killed(command, says)).toMatch(message);
});

test("a disk that fills up is named, with what to do", async () => {
  const temporary = String(box.env["TMPDIR"]);
  const flags = process.getuid?.() === 0 ? "-m" : "-Urm";
  const script = `mount -t tmpfs -o size=260m small '${temporary}'; exec "$@"`;
  const run = rehearse(box, ["local"], ["unshare", flags, "/bin/sh", "-ec", script, "small"]);
  await run.says("control plane is ready");
  const filler = join("/proc", String(run.pid), "root", temporary, "filler");
  expect(() => writeFileSync(filler, Buffer.alloc(260 * 1024 ** 2))).toThrow("ENOSPC");
  expect(await run.ended).toBe(1);
  const failure = failureIn(run.output());
  expect(failure).toMatch(/no space left on device|ENOSPC/);
  expect(failure.replace(/\d+ MiB free in/, "N MiB free in")).toContain(
    `A disk is full, or was until just now:\n- N MiB free in ${temporary}: have 250 MiB free there, or set TMPDIR to a folder on a larger disk\n`,
  );
  expect(failure).not.toMatch(/^\s+at /m);
  expect(traces(box)).toEqual([]);
});
