import { join } from "node:path";
import { expect, test } from "vitest";
import { requireGo, runGo } from "../../../toolchain/go.ts";
import { sandbox, script } from "./support.ts";

test("no setting of the user's for other builds reaches a build", async () => {
  const { env, bin, root } = await sandbox({
    CGO_ENABLED: "1",
    GOFLAGS: "-mod=mod",
    GOWORK: "/elsewhere/go.work",
    GO111MODULE: "off",
    GOAMD64: "v4",
    GOARM64: "v9.0",
    GOEXPERIMENT: "arenas",
    GOPROXY: "https://proxy.example.com",
  });
  const go = await requireGo(env);
  await script(join(bin, "go"), "/usr/bin/env");
  const output = await runGo(go, ["build"], { group: "etcd", env, signal: new AbortController().signal });
  const settings = output.split("\n").filter((line) => /^(?:GO(?!OS=|ARCH=)|CGO_)/.test(line));
  expect(settings.toSorted()).toEqual([
    "CGO_ENABLED=0",
    "GO111MODULE=on",
    "GOAMD64=v1",
    "GOARM64=v8.0",
    `GOCACHE=${join(root, "go", "build")}`,
    "GOENV=off",
    "GOEXPERIMENT=",
    "GOFIPS140=off",
    "GOFLAGS=-mod=readonly",
    `GOMODCACHE=${join(root, "go", "mod")}`,
    // Where modules come from is the user's to say: go.sum tells what they are.
    "GOPROXY=https://proxy.example.com",
    "GOTOOLCHAIN=local",
    "GOWORK=off",
  ]);
  expect(go).toEqual({
    path: join(bin, "go"),
    version: "1.26.8",
    toolchain: "local",
    buildCache: join(root, "go", "build"),
    moduleCache: join(root, "go", "mod"),
    settings: {
      GOTOOLCHAIN: "local",
      GOCACHE: join(root, "go", "build"),
      GOMODCACHE: join(root, "go", "mod"),
    },
  });
});
