import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, expect, test } from "vitest";
import { nodeOf } from "../../support/node-versions.ts";
import { rehearse, sandbox, traces, type Sandbox, type SandboxNames } from "../../support/rehearse.ts";

const project = join(import.meta.dirname, "..", "..", "..");
const doctor = join(project, "cli", "doctor.ts");

const boxes: Sandbox[] = [];
afterEach(() => {
  for (const box of boxes.splice(0)) box.remove();
});

/** A sandbox with changes of its environment; undefined takes a variable away. */
function machine(changes: NodeJS.ProcessEnv, names: SandboxNames = {}): Sandbox {
  const box = sandbox(undefined, names);
  boxes.push(box);
  return { ...box, env: { ...box.env, ...changes } };
}

const isRoot = process.getuid?.() === 0;

/** A command that runs a script as root of a mount namespace, and then what follows it. */
const mounting = (script: string): readonly string[] => [
  "unshare",
  isRoot ? "-m" : "-Urm",
  "/bin/sh",
  "-ec",
  `${script}; exec "$@"`,
  "mounting",
];

/** A module that lets the clock leap an hour ahead and back, every few seconds. */
const leapingClock = `const { now } = Date;
let ahead = 0;
setInterval(() => { ahead = ahead === 0 ? 3_600_000 : 0; }, 7_000).unref();
Date.now = () => now() + ahead;
globalThis.Date = class extends Date { constructor(...given) { given.length > 0 ? super(...given) : super(Date.now()); } };
`;

/** A command in whose view the programs inside a rehearsal have a leaping clock. */
function withLeapingClock(box: Sandbox): readonly string[] {
  const clock = join(box.folder, "clock.mjs");
  writeFileSync(clock, leapingClock);
  const programs = ["rehearsal/inside.ts", "rehearsal/kubernetes-plugin/main.ts"];
  const binds = programs.map((program, index) => {
    const copy = join(box.folder, `${index}.ts`);
    const text = readFileSync(join(project, program), "utf8");
    writeFileSync(copy, `import ${JSON.stringify(pathToFileURL(clock).href)};\n${text}`);
    return `mount --bind '${copy}' '${join(project, program)}'`;
  });
  return mounting(binds.join("; "));
}

test("two rehearsals at once, each with another Node on an odd machine, succeed and leave nothing", async () => {
  const proxy = "http://127.0.0.1:9";
  const bare = machine(
    {
      HOME: undefined,
      PATH: "/usr/bin:/bin",
      LANG: "C",
      LC_ALL: "C",
      HTTP_PROXY: proxy,
      HTTPS_PROXY: proxy,
      http_proxy: proxy,
      https_proxy: proxy,
      ALL_PROXY: proxy,
      NO_PROXY: "",
      NODE_USE_ENV_PROXY: "1",
    },
    { temporary: "tm p ü" },
  );
  const adorned = machine({}, { home: "ho me ñ 日本" });
  const private_ = ["/bin/sh", "-c", 'umask 077; exec "$@"', "umask"];
  const runs = [
    rehearse(bare, ["local", "--once"], private_, nodeOf(22)),
    rehearse(adorned, ["local", "--once"], withLeapingClock(adorned), nodeOf(26)),
  ];
  const codes = await Promise.all(runs.map(({ ended }) => ended));
  for (const run of runs) {
    expect(run.output()).not.toContain("The rehearsal failed");
    expect(run.output()).toContain("a second preview plans nothing, a refresh finds no drift");
    expect(run.output()).toMatch(/taken down: \d+ objects, none of them left/);
  }
  expect(codes).toEqual([0, 0]);
  expect([traces(bare), traces(adorned)]).toEqual([[], []]);
});

/** What the doctor says of its needs, in the same circumstances. */
function diagnosis(box: Sandbox, prefix: readonly string[]): string {
  try {
    return execFileSync("env", [...prefix, process.execPath, doctor], { env: box.env, encoding: "utf8" });
  } catch (error) {
    return error instanceof Error && "stdout" in error ? String(error.stdout) : "";
  }
}

/** Rehearses where that cannot be, and asks the doctor too. Gives what the rehearsal said. */
async function refusal(box: Sandbox, prefix: readonly string[]): Promise<string> {
  const run = rehearse(box, ["local"], prefix);
  expect(await run.ended).toBe(1);
  expect(traces(box)).toEqual([]);
  expect(run.output()).not.toMatch(/^\s+at /m);
  const found = /^- ([a-z ]+): (.*)\. To mend it: (.*)$/m.exec(run.output());
  const advice = diagnosis(box, prefix);
  expect(advice).toMatch(new RegExp(`^${found?.[1]} +missing `, "m"));
  expect(advice).toContain(`- ${found?.[1]}: ${found?.[3]}\n`);
  expect(advice).toContain("A rehearsal cannot run yet.");
  return run.output();
}

const refused = (...needs: readonly string[]) =>
  `A rehearsal cannot run here.\n${needs.map((need) => `- ${need}\n`).join("")}Run "npm run doctor" for the whole picture.\n`;

test("a user who may not make namespaces is refused with what forbids them", async () => {
  const box = machine({});
  // Root without the right to is what most containers have.
  const prefix = [
    ...(isRoot ? [] : ["unshare", "-Ur"]),
    "setpriv",
    "--bounding-set=-sys_admin",
    "--inh-caps=-sys_admin",
  ];
  expect(await refusal(box, prefix)).toMatch(
    /^A rehearsal cannot run here\.\n- namespaces: unshare: unshare failed: .+\. To mend it: .+\nRun "npm run doctor" for the whole picture\.\n$/,
  );
});

test("without ip and unshare both are named, and what brings them", async () => {
  const hidden = mounting(
    'for command in ip unshare; do for folder in /usr/sbin /usr/bin /sbin /bin; do [ ! -e "$folder/$command" ] || mount --bind /dev/null "$folder/$command"; done; done',
  );
  expect(await refusal(machine({}), hidden)).toBe(
    refused(
      "namespaces: no unshare found. To mend it: sudo apt-get install util-linux",
      "ip: not found. To mend it: sudo apt-get install iproute2 (Debian, Ubuntu), or sudo dnf install iproute (Fedora, RHEL)",
    ),
  );
});

test("a small disk is refused before it is filled", async () => {
  const box = machine({});
  const temporary = String(box.env["TMPDIR"]);
  expect(await refusal(box, mounting(`mount -t tmpfs -o size=8m small '${temporary}'`))).toBe(
    refused(
      `temporary folder: 8 MiB free in ${temporary}. To mend it: have 250 MiB free there, or set TMPDIR to a folder on a larger disk`,
    ),
  );
});

test("a read-only cache serves the tools that it has, and is named when one has to be made", async () => {
  const box = machine({});
  const readOnly = (cache: string) =>
    mounting(`mount --bind '${cache}' '${cache}'; mount -o remount,bind,ro '${cache}'`);
  const full = String(box.env["XDG_CACHE_HOME"]);
  const run = rehearse(box, ["local"], readOnly(full));
  await run.says("control plane is ready");
  run.signal("SIGTERM");
  expect(await run.ended).toBe(130);

  const empty = join(box.folder, "empty cache");
  mkdirSync(empty);
  const without = { ...box, env: { ...box.env, XDG_CACHE_HOME: empty } };
  const failing = rehearse(without, ["local"], readOnly(empty));
  expect(await failing.ended).toBe(1);
  expect(failing.output()).toMatch(
    /^The cache folder .*\/empty cache\/polymath cannot be written: EROFS: .*\nMend its owner and mode, or set XDG_CACHE_HOME to a folder of yours\.$/m,
  );
  expect(traces(box)).toEqual([]);
});
