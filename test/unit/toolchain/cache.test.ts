import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cacheFolder, groupFolder, linkerFlags, publish } from "../../../toolchain/cache.ts";
import { groupNames } from "../../../toolchain/tools.ts";
import { sandbox } from "./support.ts";

test("the cache is where the XDG specification puts it", () => {
  expect(cacheFolder({ HOME: "/home/jo", XDG_CACHE_HOME: "/var/jo" })).toBe("/var/jo/polymath");
  expect(cacheFolder({ HOME: "/home/jo", XDG_CACHE_HOME: "relative" })).toBe("/home/jo/.cache/polymath");
  expect(cacheFolder({ HOME: "/home/jo" })).toBe("/home/jo/.cache/polymath");
  // Without a usable HOME the system's list of users says where it is.
  const home = userInfo().homedir;
  for (const HOME of [undefined, "", "relative"]) expect(cacheFolder({ HOME })).toBe(`${home}/.cache/polymath`);
});

test("every group has a folder of its own, named after what it is made from", async () => {
  const folders = await Promise.all(groupNames.map((name) => groupFolder(name, { HOME: "/home/jo" })));
  for (const [index, name] of groupNames.entries()) {
    expect(folders[index]).toMatch(new RegExp(`^/home/jo/\\.cache/polymath/tools/${name}-[0-9a-f]{16}$`));
  }
  expect(new Set(folders.map((folder) => folder.slice(-16))).size).toBe(groupNames.length);
  expect(await groupFolder("etcd", { HOME: "/home/jo" })).toBe(folders[groupNames.indexOf("etcd")]);
});

test("the linker's flags state the versions", () => {
  expect(linkerFlags({})).toBe("-s -w");
  expect(linkerFlags({ "a/b.C": "v1", "a/b.D": "2" })).toBe("-s -w -X a/b.C=v1 -X a/b.D=2");
});

test("a folder appears complete or not at all, and replaces a damaged one", async () => {
  const { tools } = await sandbox();
  const folder = join(tools, "envoy-0123456789abcdef");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "damaged"), "");
  await expect(
    publish("envoy", folder, async (draft) => {
      await writeFile(join(draft, "half"), "");
      throw new Error("stopped");
    }),
  ).rejects.toThrow("stopped");
  expect(await readdir(tools)).toEqual(["envoy-0123456789abcdef"]);
  expect(await readdir(folder)).toEqual(["damaged"]);
  await publish("envoy", folder, (draft) => writeFile(join(draft, "envoy"), "whole"));
  expect(await readdir(folder)).toEqual(["envoy"]);
  expect(await readFile(join(folder, "envoy"), "utf8")).toBe("whole");
});

test("drafts of killed processes are cleared, those of other groups are not", async () => {
  const { tools } = await sandbox();
  const other = "envoy-gateway-0123456789abcdef.draft-77";
  await mkdir(join(tools, "envoy-aaaaaaaaaaaaaaaa.draft-12"), { recursive: true });
  await mkdir(join(tools, other));
  await publish("envoy", join(tools, "envoy-0123456789abcdef"), () => Promise.resolve());
  expect((await readdir(tools)).sort()).toEqual(["envoy-0123456789abcdef", other]);
});
