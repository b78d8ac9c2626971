import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { askVersion, compareVersions, executablesOnPath, systemTool } from "../../../toolchain/path.ts";
import { sandbox, script } from "./support.ts";

test("executables are found in PATH's order, each folder once, without relative folders", async () => {
  const { bin, root } = await sandbox();
  const other = join(root, "other");
  await script(join(bin, "tool"), "");
  await script(join(other, "tool"), "");
  expect(await executablesOnPath("tool", { PATH: `${other}::.:${bin}:${other}:/nowhere` })).toEqual([
    join(other, "tool"),
    join(bin, "tool"),
  ]);
  expect(await executablesOnPath("tool", {})).toEqual([]);
});

test("folders and files that may not be executed are passed over", async () => {
  const { bin } = await sandbox();
  await mkdir(join(bin, "folder"));
  await writeFile(join(bin, "text"), "");
  await chmod(join(bin, "text"), 0o644);
  expect(await executablesOnPath("folder", { PATH: bin })).toEqual([]);
  expect(await executablesOnPath("text", { PATH: bin })).toEqual([]);
});

test("the system's tools are found outside PATH too", async () => {
  expect(await systemTool("sh", { PATH: "" })).toMatch(/^\/(usr\/)?bin\/sh$/);
  expect(await systemTool("no-such-tool-anywhere", {})).toBeUndefined();
});

test("a version is asked without letting pulumi look for newer releases", async () => {
  const { bin } = await sandbox();
  const path = join(bin, "pulumi");
  await script(path, 'echo "$1 v3.1.4 $PULUMI_SKIP_UPDATE_CHECK"');
  expect(await askVersion(path, { args: ["version"], pattern: /version v(\d+\.\d+\.\d+) true/ }, {})).toBe("3.1.4");
  await script(path, "echo nothing");
  await expect(askVersion(path, { args: ["version"], pattern: /(\d+)/ }, {})).rejects.toThrow(
    `${path} version names no version`,
  );
});

test("versions are compared by number", () => {
  expect(
    [compareVersions("1.36.10", "1.36.9"), compareVersions("1.9.0", "1.10.0"), compareVersions("1.26", "1.26.0")].map(
      Math.sign,
    ),
  ).toEqual([1, -1, 0]);
});
