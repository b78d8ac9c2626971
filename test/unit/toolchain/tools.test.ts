import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packagesOf } from "../../../toolchain/build.ts";
import { recipeOf } from "../../../toolchain/cache.ts";
import { neededGo } from "../../../toolchain/go.ts";
import { compareVersions } from "../../../toolchain/path.ts";
import { groupNames, groups, rehearsalTools, toolNames, tools, toolsOf } from "../../../toolchain/tools.ts";

const goModOf = (name: (typeof groupNames)[number]) => readFile(join(recipeOf(name), "go.mod"), "utf8");

describe("the table and the go.mod files agree", () => {
  for (const name of groupNames) {
    const group = groups[name];
    if (group.kind === "wheel") continue;
    test(`${name}: the version of ${group.module}`, async () => {
      const goMod = await goModOf(group.kind === "module-files" ? group.pinnedBy : name);
      expect(
        goMod.split("\n").map((line) =>
          line
            .trim()
            .replace(/^require /, "")
            .replace(" // indirect", ""),
        ),
      ).toContain(`${group.module} v${group.version}`);
    });
    if (group.kind !== "go") continue;
    test(`${name}: the packages`, async () => {
      const goMod = await goModOf(name);
      const block = /^tool \(\n([^)]+)\)/m.exec(goMod)?.[1] ?? /^tool (.+)$/m.exec(goMod)?.[1] ?? "";
      const declared = block
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "");
      expect(packagesOf(group).map(([, path]) => path)).toEqual(declared);
    });
    test(`${name}: the tools`, () => {
      expect(toolsOf(name)).toEqual(Object.keys(group.binaries));
    });
  }
});

test("every version that is stamped in is the group's own", () => {
  const stamped = groupNames.flatMap((name) => {
    const group = groups[name];
    return group.kind === "go"
      ? Object.values(group.stamps)
          .filter((value) => value.startsWith("v"))
          .map((value) => [name, value, `v${group.version}`])
      : [];
  });
  expect(stamped.map(([name]) => name)).toEqual(["pulumi", "language-nodejs", "kubernetes", "envoy-gateway"]);
  for (const [, value, version] of stamped) expect(value).toBe(version);
});

test("the pinned version is itself within what is taken from PATH", () => {
  const ranged = toolNames.filter((name) => tools[name].path.kind === "version");
  expect(ranged.length).toBeGreaterThan(0);
  for (const name of ranged) {
    const { path, group } = tools[name];
    if (path.kind !== "version") continue;
    const { version } = groups[group];
    expect([compareVersions(version, path.from) >= 0, compareVersions(version, path.below) < 0], name).toEqual([
      true,
      true,
    ]);
  }
});

test("the version is found in what each tool really answers", () => {
  const answers: Record<string, string> = {
    pulumi: "v3.259.0\n",
    "kube-apiserver": "Kubernetes v1.36.3\n",
    "kube-controller-manager": "Kubernetes v1.36.3\n",
    "kube-scheduler": "Kubernetes v1.36.3\n",
    kubectl: "Client Version: v1.36.3\nKustomize Version: v5.8.1\n",
    kwok: "kwok version v0.8.0 go1.26.8 (linux/amd64)\n",
    etcd: "etcd Version: 3.6.16\nGit SHA: Not provided (use ./build instead of go build)\nGo Version: go1.26.8\n",
    "envoy-gateway":
      "ENVOY_GATEWAY_VERSION: v1.9.1\nENVOY_PROXY_VERSION: distroless-v1.39.1@sha256\nGATEWAYAPI_VERSION: v1.6.1\n",
    envoy: "\nenvoy  version: 0123456789abcdef0123456789abcdef01234567/1.40.0/Clean/RELEASE/BoringSSL\n\n",
  };
  const found = toolNames.flatMap((name) => {
    const { ask, group } = tools[name];
    return ask === undefined ? [] : [[name, ask.pattern.exec(answers[name] ?? "")?.[1], groups[group].version]];
  });
  expect(found.map(([name]) => name)).toEqual(Object.keys(answers));
  for (const [name, version, pinned] of found) expect(version, name).toBe(pinned);
  // Built without its stamp, Envoy Gateway knows the version of Envoy only.
  expect(
    tools["envoy-gateway"].ask?.pattern.exec("ENVOY_GATEWAY_VERSION: \nENVOY_PROXY_VERSION: distroless-v1.39.1\n"),
  ).toBeNull();
});

test("the Go that is needed is the highest that a go.mod names", async () => {
  expect(await neededGo()).toBe("1.26.7");
});

test("a rehearsal makes every tool but the one that tests alone run", () => {
  const left = toolNames.filter((name) => !rehearsalTools.some((tool) => tool === name));
  expect(left).toEqual(["kwok"]);
});
