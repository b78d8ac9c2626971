import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { groupFolder } from "../../../toolchain/cache.ts";
import { printable } from "../../../toolchain/doctor.ts";
import { checkDisk, checkTemporaryFolder, diskNeeds, fullDiskNote, temporaryFolder } from "../../../toolchain/disk.ts";
import { checkMemory, requireSystem } from "../../../toolchain/host.ts";
import { groupNames } from "../../../toolchain/tools.ts";
import { sandbox, script, type Sandbox } from "./support.ts";

const command = join(import.meta.dirname, "../../../cli/doctor.ts");

const Output = z.strictObject({
  ready: z.boolean(),
  checks: z.array(
    z.strictObject({ name: z.string(), status: z.string(), version: z.string(), where: z.string(), mend: z.string() }),
  ),
});

/** Runs the command; whatever its exit code, it never throws. */
const doctor = ({ env }: Sandbox, ...args: string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [command, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });

async function diagnosisOf(box: Sandbox) {
  const { code, stdout, stderr } = await doctor(box, "--json");
  const { ready, checks } = Output.parse(JSON.parse(stdout));
  expect({ code, stderr }).toEqual({ code: ready ? 0 : 1, stderr: "" });
  return {
    ready,
    row: (name: string) => checks.find((check) => check.name === name),
    names: checks.map(({ name }) => name),
  };
}

test("tools on PATH, in the cache and yet to be made are told apart", async () => {
  const box = await sandbox();
  await script(join(box.bin, "kwok"), "echo kwok version v0.8.3");
  await script(join(box.bin, "etcd"), "echo etcd Version: 3.5.1");
  const folder = await groupFolder("body-based-router", box.env);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "bbr"), "");
  const { row, names } = await diagnosisOf(box);
  expect(names).toEqual([
    "node",
    "go",
    "pulumi",
    "pulumi-language-nodejs",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubectl",
    "kwok",
    "etcd",
    "envoy-gateway",
    "gateway-crds",
    "bbr",
    "envoy",
    "namespaces",
    "ip",
    "temporary folder",
    "flock",
    "disk",
    "memory",
  ]);
  expect(row("node")).toEqual({
    name: "node",
    status: "ok",
    version: process.versions.node,
    where: process.execPath,
    mend: "",
  });
  expect(row("go")).toEqual({
    name: "go",
    status: "ok on PATH",
    version: "1.26.8",
    where: join(box.bin, "go"),
    mend: "",
  });
  expect(row("kwok")).toEqual({
    name: "kwok",
    status: "ok on PATH",
    version: "0.8.3",
    where: join(box.bin, "kwok"),
    mend: "",
  });
  expect(row("etcd")).toEqual({
    name: "etcd",
    status: "will be built",
    version: "3.6.16",
    where: `${join(box.bin, "etcd")} is 3.5.1, not 3.6.0 or later below 3.7.0`,
    mend: "",
  });
  expect(row("bbr")).toEqual({
    name: "bbr",
    status: "ok in cache",
    version: "1.3.0",
    where: join(folder, "bbr"),
    mend: "",
  });
  expect(row("gateway-crds")).toEqual({
    name: "gateway-crds",
    status: "will be fetched",
    version: "1.9.1",
    where: "",
    mend: "",
  });
  expect(row("envoy")).toEqual({ name: "envoy", status: "will be fetched", version: "1.40.0", where: "", mend: "" });
});

test("without Go what would be built is missing, and the exit code is 1", async () => {
  const box = await sandbox();
  await rm(join(box.bin, "go"));
  const { ready, row } = await diagnosisOf(box);
  expect(ready).toBe(false);
  expect(row("go")?.mend).toMatch(
    /^Go was not found on PATH\. Get Go 1\.26\.7 or later: https:\/\/go\.dev\/doc\/install /,
  );
  expect(row("pulumi")).toEqual({
    name: "pulumi",
    status: "missing",
    version: "3.259.0",
    where: "",
    mend: "get Go; it is then made by itself",
  });
  expect(row("envoy")?.status).toBe("will be fetched");
  expect(row("kwok")).toEqual({
    name: "kwok",
    status: "not needed",
    version: "0.8.0",
    where: "only the project's own tests run it",
    mend: "",
  });
});

test("a wrong option is told with the usage, exit code 2", async () => {
  const { code, stdout, stderr } = await doctor(await sandbox(), "--jsn");
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^Unknown option '--jsn'[^]*\n\nnpm run doctor \[-- --json\]\n/);
});

test("the table, what mends what, and the verdict", () => {
  const row = { version: "", where: "", mend: "" };
  const text = printable({
    ready: false,
    checks: [
      { ...row, name: "go", status: "missing", mend: "get Go" },
      { ...row, name: "etcd", status: "will be built", version: "3.6.16" },
      { ...row, name: "kwok", status: "missing", version: "0.8.0", mend: "after Go" },
      { ...row, name: "bbr", status: "missing", version: "1.3.0", mend: "after Go" },
      { ...row, name: "ip", status: "ok", where: "/sbin/ip" },
    ],
  });
  expect(text).toBe(
    [
      "NEEDED  STATUS         VERSION  WHERE",
      "go      missing",
      "etcd    will be built  3.6.16",
      "kwok    missing        0.8.0",
      "bbr     missing        1.3.0",
      "ip      ok                      /sbin/ip",
      "",
      "To mend:",
      "- go: get Go",
      "- kwok, bbr: after Go",
      "",
      "A rehearsal cannot run yet.",
      "",
    ].join("\n"),
  );
});

test("tools that have yet to be made do not keep a rehearsal from running", () => {
  const checks = [{ name: "etcd", status: "will be built", version: "3.6.16", where: "", mend: "" }] as const;
  expect(printable({ ready: true, checks }).split("\n").at(-2)).toBe(
    "A rehearsal can run; the first one makes 1 tools ready before it starts.",
  );
  expect(printable({ ready: true, checks: [] }).split("\n").at(-2)).toBe("A rehearsal can run.");
});

test("little memory is a warning", () => {
  expect(checkMemory(1024 ** 3)).toEqual({
    name: "memory",
    status: "warning",
    version: "",
    where: "1.0 GiB available",
    mend: "end other programs: a rehearsal takes about 2.0 GiB",
  });
  expect(checkMemory(3 * 1024 ** 3).status).toBe("ok");
});

const gibibyte = 1024 ** 3;
const env = { XDG_CACHE_HOME: "/cache" };
const go = {
  path: "/go",
  version: "1.26.8",
  toolchain: "local",
  buildCache: "/build",
  moduleCache: "/modules",
  settings: {},
};
const inGibibytes = (needs: ReturnType<typeof diskNeeds>) =>
  needs.map(({ folder, bytes, setting }) => `${folder} ${(bytes / gibibyte).toFixed(2)} ${setting}`);

test("the need of disk scales with what has to be built", () => {
  expect(inGibibytes(diskNeeds(env, groupNames, go))).toEqual([
    "/cache/polymath 0.76 XDG_CACHE_HOME",
    "/build 7.10 GOCACHE",
    "/modules 3.50 GOMODCACHE",
  ]);
  // One of the 19 minutes that everything takes.
  expect(inGibibytes(diskNeeds(env, ["etcd", "envoy"], go))).toEqual([
    "/cache/polymath 0.10 XDG_CACHE_HOME",
    "/build 0.37 GOCACHE",
    "/modules 0.18 GOMODCACHE",
  ]);
  // A download needs nothing of Go's.
  expect(inGibibytes(diskNeeds(env, ["envoy"], go))).toEqual(["/cache/polymath 0.06 XDG_CACHE_HOME"]);
  expect(diskNeeds(env, [], go)).toEqual([]);
});

test("without Go, and with a GOCACHE that is off, the need counts beside the tools", () => {
  const folders = (needs: ReturnType<typeof diskNeeds>) => needs.map(({ folder }) => folder);
  expect(folders(diskNeeds(env, groupNames))).toEqual(["/cache/polymath", "/cache/polymath", "/cache/polymath"]);
  expect(folders(diskNeeds(env, groupNames, { ...go, buildCache: "off" }))).toEqual([
    "/cache/polymath",
    "/cache/polymath",
    "/modules",
  ]);
});

test("each file system is measured once, against the sum of its needs; too little is a warning", async () => {
  const small = (folder: string) => Promise.resolve({ id: folder === "/build" ? 2 : 1, free: 5.3 * gibibyte });
  expect(await checkDisk(diskNeeds(env, groupNames, go), small)).toEqual([
    { name: "disk", status: "ok", version: "", where: "5.3 GiB free for /cache/polymath, /modules", mend: "" },
    {
      name: "disk",
      status: "warning",
      version: "",
      where: "5.3 GiB free for /build",
      mend: "have 7.1 GiB free there (go clean -cache frees what earlier builds left), or set GOCACHE to a folder on a larger disk",
    },
  ]);
  const smaller = () => Promise.resolve({ id: 1, free: 3 * gibibyte });
  expect(await checkDisk(diskNeeds(env, groupNames), smaller)).toEqual([
    {
      name: "disk",
      status: "warning",
      version: "",
      where: "3.0 GiB free for /cache/polymath",
      mend: "have 11.4 GiB free there (go clean -cache frees what earlier builds left), or set XDG_CACHE_HOME or GOCACHE or GOMODCACHE to a folder on a larger disk",
    },
  ]);
});

test("run folders are made in TMPDIR unless sockets below it would have too long a path; the limit counts bytes", () => {
  expect(temporaryFolder({})).toBe("/tmp");
  expect(temporaryFolder({ TMPDIR: "" })).toBe("/tmp");
  expect(temporaryFolder({ TMPDIR: "/var/tmp/" })).toBe("/var/tmp");
  expect(temporaryFolder({ TMPDIR: `/${"a".repeat(69)}` })).toBe(`/${"a".repeat(69)}`);
  expect(temporaryFolder({ TMPDIR: `/${"a".repeat(70)}` })).toBe("/tmp");
  expect(temporaryFolder({ TMPDIR: `/${"ü".repeat(35)}` })).toBe("/tmp");
});

test("a temporary folder that is small, or not there, keeps a rehearsal from running", async () => {
  const { root } = await sandbox();
  const holding = (free: number) => () => Promise.resolve({ id: 1, free });
  const row = { name: "temporary folder", version: "" };
  expect(await checkTemporaryFolder({ TMPDIR: root }, holding(250 * 1024 ** 2))).toEqual({
    ...row,
    status: "ok",
    where: `250 MiB free in ${root}`,
    mend: "",
  });
  expect(await checkTemporaryFolder({ TMPDIR: root }, holding(250 * 1024 ** 2 - 1))).toEqual({
    ...row,
    status: "missing",
    where: `249 MiB free in ${root}`,
    mend: "have 250 MiB free there, or set TMPDIR to a folder on a larger disk",
  });
  expect(await checkTemporaryFolder({ TMPDIR: join(root, "gone") })).toEqual({
    ...row,
    status: "missing",
    where: `ENOENT: no such file or directory, access '${join(root, "gone")}'`,
    mend: "set TMPDIR to a folder of yours",
  });
});

test("what keeps a rehearsal from running is told at once, with what mends it", async () => {
  const { bin, root } = await sandbox();
  await script(join(bin, "unshare"), "echo 'unshare: unshare failed: Operation not permitted' >&2; exit 1");
  const gone = join(root, "gone");
  await expect(requireSystem({ PATH: bin, TMPDIR: gone })).rejects.toThrow(
    /^A rehearsal cannot run here\.\n- namespaces: unshare: unshare failed: Operation not permitted\. To mend it: .+\n- temporary folder: ENOENT: .+\. To mend it: set TMPDIR to a folder of yours\nRun "npm run doctor" for the whole picture\.$/,
  );
});

test("a user without a home is told to set one", async () => {
  const box = await sandbox();
  const { HOME: _home, XDG_CACHE_HOME: _cache, ...env } = box.env;
  // A user that no list of users knows: only root can become one.
  const asStranger = process.getuid?.() === 0 ? { uid: 4_242_424, gid: 4_242_424 } : undefined;
  if (asStranger === undefined) return;
  const { code, stdout, stderr } = await new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [command], { env, ...asStranger }, (error, stdout, stderr) =>
      resolve({ code: error?.code, stdout, stderr }),
    );
  });
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: "",
    stderr:
      "HOME is not set, and the system knows no home of user 4242424. Set HOME, or XDG_CACHE_HOME, to a folder of yours.\n",
  });
});

test("a full disk is told with what is free where; other failures are not", async () => {
  const { root } = await sandbox();
  expect(await fullDiskNote("exit code 1", { TMPDIR: root })).toBe("");
  for (const text of ["write: no space left on device", "ENOSPC: no space", "EDQUOT: disk quota exceeded, write"]) {
    expect(await fullDiskNote(text, { TMPDIR: join(root, "gone") })).toBe(
      `\nA disk is full, or was until just now:\n- ENOENT: no such file or directory, access '${join(root, "gone")}': set TMPDIR to a folder of yours`,
    );
  }
});
