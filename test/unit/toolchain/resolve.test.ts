import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { groupFolder } from "../../../toolchain/cache.ts";
import { locateTool, resolveTools } from "../../../toolchain/resolve.ts";
import { eventually, isAlive, sandbox, script, type Sandbox } from "./support.ts";

/** Keeps the lines that stand for themselves, with the time taken out. */
function recorder() {
  const notes: string[] = [];
  const updates: string[] = [];
  const progress = (line: string, kind: "note" | "update") => {
    if (kind === "note") notes.push(line.replace(/ in \d+ s$/, " in N s"));
    else updates.push(line);
  };
  return { notes, updates, progress };
}

const resolver = join(import.meta.dirname, "../../../toolchain/resolve.ts");

/** Resolves etcd in a process of its own. */
function resolveElsewhere({ env }: Sandbox) {
  const code = `
    const { resolveTools } = await import(${JSON.stringify(resolver)});
    await resolveTools(["etcd"], { progress: () => {} }).then(
      ({ etcd }) => console.log(etcd.from),
      (error) => { console.log(error.name + ": " + error.message); process.exitCode = 1; },
    );`;
  return spawn(process.execPath, ["--input-type=module", "--eval", code], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
}

const pidsAt = (gate: string) =>
  eventually(async () => {
    const text = await readFile(`${gate}.pids`, "utf8").catch(() => undefined);
    return text?.trim().split(" ").map(Number);
  });

test("an executable on PATH serves if its version fits", async () => {
  const box = await sandbox();
  await script(join(box.bin, "etcd"), 'echo "etcd Version: 3.6.2"');
  const { notes, progress } = recorder();
  const { etcd } = await resolveTools(["etcd"], { env: box.env, progress });
  expect(etcd).toEqual({ name: "etcd", path: join(box.bin, "etcd"), version: "3.6.2", from: "PATH" });
  expect(notes).toEqual([]);
  expect(await box.calls()).toEqual([]);
});

test("an executable of another version, or one that does not run, is told but does not serve", async () => {
  const box = await sandbox();
  const other = join(box.root, "other");
  await script(join(box.bin, "etcd"), 'echo "etcd Version: 3.5.21"');
  await script(join(other, "etcd"), "exit 3");
  const env = { ...box.env, PATH: `${box.bin}:${other}:relative` };
  expect(await locateTool("etcd", env)).toEqual({
    name: "etcd",
    unfit: [{ path: join(box.bin, "etcd"), version: "3.5.21" }, { path: join(other, "etcd") }],
  });
});

test("a later executable on PATH serves where the first does not", async () => {
  const box = await sandbox();
  const other = join(box.root, "other");
  await script(join(box.bin, "pulumi"), "echo v3.258.0");
  await script(join(other, "pulumi"), "echo v3.300.1");
  const { pulumi } = await resolveTools(["pulumi"], {
    env: { ...box.env, PATH: `${box.bin}:${other}` },
    progress: () => {},
  });
  expect(pulumi).toEqual({ name: "pulumi", path: join(other, "pulumi"), version: "3.300.1", from: "PATH" });
});

test("the language host is taken from beside the pulumi that serves, through a link too", async () => {
  const box = await sandbox();
  const home = join(box.root, "pulumi-home");
  await script(join(home, "pulumi"), "echo v3.261.0");
  await script(join(home, "pulumi-language-nodejs"), "exit 1");
  await symlink(join(home, "pulumi"), join(box.bin, "pulumi"));
  const { found } = await locateTool("pulumi-language-nodejs", box.env);
  expect(found).toEqual({
    name: "pulumi-language-nodejs",
    path: join(home, "pulumi-language-nodejs"),
    version: "3.261.0",
    from: "PATH",
  });
  await script(join(home, "pulumi"), "echo v3.100.0");
  expect(await locateTool("pulumi-language-nodejs", box.env)).toEqual({ name: "pulumi-language-nodejs", unfit: [] });
});

test("what is missing is built with the pinned flags, kept, and found again without Go", async () => {
  const box = await sandbox();
  const { notes, progress } = recorder();
  const path = join(await groupFolder("etcd", box.env), "etcd");
  const { etcd } = await resolveTools(["etcd"], { env: box.env, progress });
  expect(etcd).toEqual({ name: "etcd", path, version: "3.6.16", from: "built" });
  expect(notes).toEqual([
    `1 of the tools' groups have to be made once: etcd. They are kept in ${join(box.root, "cache", "polymath")}.`,
    "Making etcd 3.6.16, 1 of 1; about 1 min on 2 cores",
    "Made etcd 3.6.16 in N s",
  ]);
  expect(await box.calls()).toEqual([
    "list -deps go.etcd.io/etcd/server/v3",
    `build -trimpath -buildvcs=false -v -ldflags -s -w -o ${await groupFolder("etcd", box.env)}.draft-${process.pid}/ go.etcd.io/etcd/server/v3`,
  ]);
  await rm(join(box.bin, "go"));
  const again = await resolveTools(["etcd"], { env: box.env, progress });
  expect(again.etcd).toEqual({ name: "etcd", path, version: "3.6.16", from: "cache" });
  expect(notes).toHaveLength(3);
});

test("a group is built once for all its tools, with its version stamped in", async () => {
  const box = await sandbox({ FAKE_VERSION: "1.36.3" });
  const names = ["kube-apiserver", "kube-scheduler"] as const;
  const found = await resolveTools(names, { env: box.env, progress: () => {} });
  expect(names.map((name) => found[name].from)).toEqual(["built", "built"]);
  const builds = (await box.calls()).filter((call) => call.startsWith("build "));
  expect(builds).toHaveLength(1);
  expect(builds[0]).toContain(
    "-ldflags -s -w -X k8s.io/component-base/version.gitVersion=v1.36.3 -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=36 -o",
  );
  expect((await locateTool("kube-controller-manager", box.env)).found?.from).toBe("cache");
});

test("files of a Go module are copied so that their owner can remove them", async () => {
  const box = await sandbox();
  const module = join(box.root, "module");
  const inner = join(module, "charts/gateway-helm/charts/crds/crds/generated");
  await script(join(inner, "backends.yaml"), "# a CRD");
  const env = { ...box.env, FAKE_MODULE: module };
  const { "gateway-crds": crds } = await resolveTools(["gateway-crds"], { env, progress: () => {} });
  expect(crds.version).toBe("1.9.1");
  expect(await readFile(join(crds.path, "generated/backends.yaml"), "utf8")).toBe("#!/bin/sh\n# a CRD\n");
  expect(await box.calls()).toEqual(["mod download -json github.com/envoyproxy/gateway"]);
});

test("a module without the files is refused and nothing is kept", async () => {
  const box = await sandbox();
  const env = { ...box.env, FAKE_MODULE: box.root };
  await expect(resolveTools(["gateway-crds"], { env, progress: () => {} })).rejects.toThrow(
    "github.com/envoyproxy/gateway 1.9.1 has no files in charts/gateway-helm/charts/crds/crds.",
  );
  expect(await box.shelf()).toEqual([]);
});

test("without Go the message says how to get it", async () => {
  const box = await sandbox();
  await rm(join(box.bin, "go"));
  await expect(resolveTools(["etcd"], { env: box.env, progress: () => {} })).rejects.toThrow(
    'Go was not found on PATH. Get Go 1.26.7 or later: https://go.dev/doc/install (a distribution\'s package, such as "sudo apt-get install golang", may be older).',
  );
  expect(await box.shelf()).toEqual([]);
});

test("a Go that is too old and may not fetch a newer one is refused", async () => {
  const box = await sandbox({ FAKE_GO: "1.19.8" });
  await expect(resolveTools(["etcd"], { env: box.env, progress: () => {} })).rejects.toThrow(
    `${join(box.bin, "go")} is Go 1.19.8; the tools need Go 1.26.7 or later.`,
  );
});

test("a failed build says what go said, keeps nothing, and the next run recovers", async () => {
  const box = await sandbox();
  const failing = resolveTools(["etcd"], { env: { ...box.env, FAKE_FAILS: "1" }, progress: () => {} });
  await expect(failing).rejects.toThrow(
    /^etcd 3\.6\.16 could not be made in [^\n]+\/tools\/etcd-[0-9a-f]{16}: go build -trimpath [^\n]+\nin [^\n]+\/toolchain\/etcd ended with code 1:\nno space left on device\nWhat is already[^\n]+\nA disk is full, or was until just now:\n- [^\n]+ free in \/[^\n]+\n- [^\n]+ free for [^\n]+$/,
  );
  expect(await box.shelf()).toEqual([]);
  expect(await readFile(join(box.root, "cache/polymath/locks/etcd.lock"), "utf8")).toBe("");
  expect((await resolveTools(["etcd"], { env: box.env, progress: () => {} })).etcd.from).toBe("built");
});

test("a build that makes another version is refused", async () => {
  const box = await sandbox({ FAKE_VERSION: "3.6.17" });
  await expect(resolveTools(["etcd"], { env: box.env, progress: () => {} })).rejects.toThrow(
    "etcd was made as version 3.6.17, not 3.6.16: toolchain/tools.ts and its go.mod differ.",
  );
  expect(await box.shelf()).toEqual([]);
});

test("a folder of the cache that lost a file is made again", async () => {
  const box = await sandbox({ FAKE_VERSION: "1.36.3" });
  const first = await resolveTools(["kube-apiserver", "kube-scheduler"], { env: box.env, progress: () => {} });
  await rm(first["kube-scheduler"].path);
  const second = await resolveTools(["kube-apiserver"], { env: box.env, progress: () => {} });
  expect(second["kube-apiserver"].from).toBe("built");
  expect((await locateTool("kube-scheduler", box.env)).found?.from).toBe("cache");
});

test("a cache that cannot be written is named", async () => {
  const box = await sandbox();
  const file = join(box.root, "file");
  await writeFile(file, "");
  await expect(
    resolveTools(["etcd"], { env: { ...box.env, XDG_CACHE_HOME: file }, progress: () => {} }),
  ).rejects.toThrow(`The cache folder ${file}/polymath cannot be written: ENOTDIR`);
});

test("of two that want the same group one builds, and the other says for whom it waits", async () => {
  const box = await sandbox();
  const gate = join(box.root, "gate");
  const env = { ...box.env, FAKE_GATE: gate };
  const first = resolveTools(["etcd"], { env, progress: () => {} });
  await pidsAt(gate);
  const { updates, notes, progress } = recorder();
  const second = resolveTools(["etcd"], { env, progress });
  const line = await eventually(() => updates.find((text) => text.startsWith("Waiting")));
  expect(line.replace(/\d{4}-[^ ]+Z/, "TIME")).toBe(
    `Waiting for etcd 3.6.16: it is being made by process ${process.pid}, at work since TIME.`,
  );
  await writeFile(gate, "");
  expect((await first).etcd.from).toBe("built");
  expect((await second).etcd.from).toBe("cache");
  expect(notes).toHaveLength(1);
  expect((await box.calls()).filter((call) => call.startsWith("build "))).toHaveLength(1);
});

test("one that waits can be aborted without disturbing the one that builds", async () => {
  const box = await sandbox();
  const gate = join(box.root, "gate");
  const env = { ...box.env, FAKE_GATE: gate };
  const first = resolveTools(["etcd"], { env, progress: () => {} });
  await pidsAt(gate);
  const impatience = new AbortController();
  const { updates, progress } = recorder();
  const second = resolveTools(["etcd"], { env, progress, signal: impatience.signal });
  const refused = expect(second).rejects.toThrow("enough");
  await eventually(() => updates.find((text) => text.startsWith("Waiting")));
  impatience.abort(new Error("enough"));
  await refused;
  await writeFile(gate, "");
  expect((await first).etcd.from).toBe("built");
});

test("Ctrl-C during a build ends go and its children and leaves nothing half-made", async () => {
  const box = await sandbox();
  const gate = join(box.root, "gate");
  const child = resolveElsewhere({ ...box, env: { ...box.env, FAKE_GATE: gate } });
  let said = "";
  child.stdout.on("data", (text) => (said += String(text)));
  const pids = await pidsAt(gate);
  expect(await box.shelf()).toHaveLength(1);
  child.kill("SIGINT");
  expect(await once(child, "close")).toEqual([1, null]);
  expect(said).toBe(
    "ToolchainError: Interrupted by SIGINT. Nothing half-made was kept; the same command goes on from here.\n",
  );
  await eventually(async () => ((await Promise.all(pids.map(isAlive))).includes(true) ? undefined : true));
  expect(await box.shelf()).toEqual([]);
  expect(await readFile(join(box.root, "cache/polymath/locks/etcd.lock"), "utf8")).toBe("");
  expect((await resolveTools(["etcd"], { env: box.env, progress: () => {} })).etcd.from).toBe("built");
});

test("after a builder was killed, the next run takes the lock over and clears what it left", async () => {
  const box = await sandbox();
  const gate = join(box.root, "gate");
  const child = resolveElsewhere({ ...box, env: { ...box.env, FAKE_GATE: gate } });
  const pids = await pidsAt(gate);
  child.kill("SIGKILL");
  await once(child, "close");
  // The fake go would wait for its gate for ever.
  await eventually(async () => ((await Promise.all(pids.map(isAlive))).includes(true) ? undefined : true));
  expect(await box.shelf()).toHaveLength(1);
  const { notes, progress } = recorder();
  const { etcd } = await resolveTools(["etcd"], { env: box.env, progress });
  expect(etcd.from).toBe("built");
  expect(notes[1]?.replace(/\d{4}-[^ ]+Z/, "TIME")).toBe(
    `Process ${child.pid} began to make etcd 3.6.16 at TIME and did not finish; starting over.`,
  );
  expect(await box.shelf()).toEqual([join(etcd.path, "..").split("/").at(-1)]);
});
