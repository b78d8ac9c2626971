import { describe, expect, test } from "vitest";
import { parseEnvironment } from "../../../../config/issues.ts";
import type { Environment } from "../../../../config/load.ts";
import { outdated } from "../../../../plan/catalogue/outdated.ts";
import { newerVersions } from "../../../../plan/catalogue/versions.ts";
import { solveLock } from "../../../../plan/solve-lock.ts";
import { error, refusedWith } from "../../config/support.ts";
import { today } from "../support.ts";
import { bundle, catalogueOf, model, provider, specialist } from "./support.ts";

const successor = (row: string) => ({ versions: [], row });
const large = { precision: "bf16", weightsGiB: 60, minComputeCapability: 8 } as const;

const kit = catalogueOf({
  models: [
    model("ledger-1", { newer: { versions: ["1.1"], row: "ledger-2" } }),
    model("ledger-2", { newer: successor("ledger-3") }),
    model("ledger-3", {
      precisions: [large],
      licences: ["gemma"],
      maxContext: 131_072,
      api: { kind: "chat", paths: ["/v1/chat/completions"] },
    }),
    model("versioned", { newer: { versions: ["2.0"], row: null } }),
    model("huge-1", { newer: successor("huge-2") }),
    model("huge-2", { precisions: [{ ...large, weightsGiB: 9_000 }] }),
    model("latest"),
  ],
  specialists: [
    specialist("ledger-1"),
    specialist("ledger-3", { context: 16_384 }),
    specialist("versioned"),
    specialist("huge-1"),
    specialist("latest"),
  ],
  bundles: [
    bundle("bank", { specialists: ["ledger-1", "latest"] }),
    bundle("other", { specialists: ["versioned", "huge-1"] }),
    bundle("outside", { providers: ["cloud-1", "steady"] }),
  ],
  providers: [
    provider("cloud-1", { newer: { versions: [], row: "cloud-2" } }),
    provider("cloud-2", { licences: ["gemma"], api: { kind: "rest", paths: [] } }),
    provider("steady"),
  ],
});

function environmentOf(keys: Readonly<Record<string, unknown>>): Environment {
  const { config, findings } = parseEnvironment({
    cluster: { kind: "rehearsal" },
    bundles: ["bank"],
    pools: { allow: ["L4", "L40S", "H100"] },
    routing: { host: "models.example.eu", auth: { apiKey: { clients: ["demo"] } } },
    ...keys,
  });
  return { name: "prod", config, ...(findings.length > 0 && { faults: findings }) };
}
const entriesOf = (keys: Readonly<Record<string, unknown>> = {}, catalogue = kit) => {
  const environment = environmentOf(keys);
  const { lock } = solveLock(environment, catalogue, undefined);
  return outdated(environment, catalogue, lock, today).entries;
};

const image = "vllm/vllm-openai:v0.22.0";
const api = { kind: "chat", paths: ["/v1/chat/completions", "/v1/completions"] };

test("a newer row: the newest of the chain, with what the planner makes of it in this environment", () => {
  expect(entriesOf()).toEqual([
    {
      name: "ledger-1",
      versions: ["1.1"],
      now: {
        model: "ledger-1",
        image,
        runtime: "vllm",
        weightsGiB: 14.2,
        gpus: { kind: "L4", count: 1 },
        usdPerHour: 0.8048,
        context: 4_096,
        maxContext: 32_768,
        licences: ["apache-2.0"],
        api,
      },
      newer: {
        model: "ledger-3",
        image,
        runtime: "vllm",
        weightsGiB: 60,
        gpus: { kind: "H100", count: 1 },
        usdPerHour: 6.88,
        context: 16_384,
        maxContext: 131_072,
        licences: ["gemma"],
        api: { kind: "chat", paths: ["/v1/chat/completions"] },
      },
      toAccept: ["gemma"],
      findings: [],
    },
  ]);
});

test("what the stack file asks for still counts with the newer row", () => {
  const asked = { "ledger-1": { context: 2_048, replicas: { min: 2, max: 2 } } };
  const [entry] = entriesOf({
    bundles: [{ name: "bank", specialists: asked }],
    governance: { acceptLicences: ["gemma"] },
  });
  expect([entry?.now.context, entry?.newer?.context, entry?.toAccept]).toEqual([2_048, 2_048, []]);
});

test("the cost is the share of the pool, by replicas", () => {
  const asked = { "ledger-1": { replicas: { min: 3, max: 3 } } };
  const [entry] = entriesOf({ bundles: [{ name: "bank", specialists: asked }] });
  // Four replicas on four nodes of one GPU each; three of them are its own.
  expect(entry?.now.usdPerHour).toBeCloseTo(3 * 0.8048, 4);
});

test("newer versions without a row have no facts to compare", () => {
  const [entry] = entriesOf({ bundles: [{ name: "other", only: ["versioned"] }] });
  expect([entry?.name, entry?.versions, entry?.newer, entry?.findings]).toEqual(["versioned", ["2.0"], null, []]);
});

test("controllers that newer versions are known of run in every environment", () => {
  const renewed = (versions: readonly string[]) => {
    const plugin = { ...kit.controllers["device-plugin"], version: "1.0", newer: { versions, row: null } };
    const controllers = Object.fromEntries(
      Object.entries(kit.controllers).map(([id, row]) => [id, { ...row, newer: { versions: [], row: null } }]),
    );
    const catalogue = { ...kit, controllers: { ...kit.controllers, ...controllers, "device-plugin": plugin } };
    return outdated(environmentOf({}), catalogue, undefined, today).controllers;
  };
  expect(renewed([])).toEqual([]);
  expect(renewed(["1.1"])).toEqual([{ id: "device-plugin", version: "1.0", versions: ["1.1"] }]);
});

test("later tags that other rows on the same image have are newer versions too, the highest last", () => {
  const tagged = (id: string, tag: string, versions: readonly string[] = [], repository = "example/server") =>
    model(id, { image: { repository, tag }, newer: { versions, row: null } });
  const own = tagged("own", "v0.9.1", ["0.9.2-hotfix"]);
  const tags = ["v0.10.0", "v0.9.2", "v0.9.1-cuda13", "v0.9", "nightly", "1.0-py3", "v0.9.2"];
  const rows = [own, ...tags.map((tag) => tagged(tag, tag)), tagged("else", "v9.0", [], "example/other")];
  const models = new Map(rows.map((row) => [row.id, row]));
  expect(newerVersions(own, { models })).toEqual(["0.9.2-hotfix", "v0.9.2", "v0.10.0", "1.0-py3"]);
});

test("a newer row that the environment cannot have is told with the planner's reason", () => {
  const [entry] = entriesOf({ bundles: [{ name: "other", only: ["huge-1"] }] });
  expect([entry?.newer?.model, entry?.newer?.gpus, entry?.newer?.usdPerHour]).toEqual(["huge-2", null, null]);
  expect(entry?.findings.map(({ rule }) => rule)).toEqual(["no-gpu-fits"]);
});

test("a specialist of the stack's own is moved with its model", () => {
  const specialists = { review: { model: "ledger-1", bundle: "bank", context: 1_024 } };
  const entry = entriesOf({ bundles: [{ name: "bank", only: ["latest"] }], specialists })[0];
  expect([entry?.name, entry?.now.model, entry?.newer?.model, entry?.newer?.context]).toEqual([
    "review",
    "ledger-1",
    "ledger-3",
    1_024,
  ]);
});

test("an external provider's newer row: its model, licences and API, and nothing of GPUs", () => {
  const entries = entriesOf({ bundles: ["outside", { name: "bank", only: ["latest"] }] });
  expect(entries.map(({ name }) => name)).toEqual(["cloud-1"]);
  expect(entries[0]).toMatchObject({
    now: { model: "cloud-1-large", image: null, gpus: null, usdPerHour: null, licences: ["apache-2.0"] },
    newer: { model: "cloud-2-large", licences: ["gemma"], api: { kind: "rest", paths: [] } },
    toAccept: ["gemma"],
  });
});

test("nothing newer, nothing listed", () => {
  expect(entriesOf({ bundles: [{ name: "bank", only: ["latest"] }] })).toEqual([]);
});

test("a lock is not needed", () => {
  const [entry] = outdated(environmentOf({}), kit, undefined, today).entries;
  expect(entry?.now.gpus).toEqual({ kind: "L4", count: 1 });
});

test("a circle of newer rows ends", () => {
  const circle = catalogueOf({
    models: [model("a", { newer: successor("b") }), model("b", { newer: successor("a") })],
    specialists: [specialist("a")],
    bundles: [bundle("bank", { specialists: ["a"] })],
  });
  expect(entriesOf({}, circle).map(({ newer }) => newer?.model)).toEqual(["b"]);
});

test("a newer row that is not there is a fault of the catalogue", () => {
  const broken = catalogueOf({
    models: [model("a", { newer: successor("b") })],
    specialists: [specialist("a")],
    bundles: [bundle("bank", { specialists: ["a"] })],
  });
  expect(() => entriesOf({}, broken)).toThrow("The row a of the catalogue names the newer row b, which is none.");
});

test("an environment that makes no sense is refused with its findings", () => {
  expect(refusedWith(() => outdated(environmentOf({ bundles: ["bnak"] }), kit, undefined, today))).toEqual([
    error("unknown-bundle", "polymath:bundles[0]", '"bnak"', "bank, other, outside", 'did you mean "bank"?'),
  ]);
});

describe("rows whose facts were read long ago", () => {
  const aged = catalogueOf({
    models: [
      model("old", { read: "2026-08-01", credentials: ["hugging-face"] }),
      model("on-the-day", { read: "2026-08-25" }),
      model("unused", { read: "2026-07-01" }),
    ],
    specialists: [specialist("old"), specialist("on-the-day")],
    bundles: [bundle("bank", { specialists: ["old", "on-the-day"] })],
  });
  const stale = (day: string, keys: Readonly<Record<string, unknown>> = {}) => {
    const environment = environmentOf(keys);
    const { lock } = solveLock(environment, aged, undefined);
    return outdated(environment, aged, lock, day).stale;
  };

  test("are those of more than 90 days, the oldest first, and say whether the environment rests on them", () => {
    expect(stale("2026-11-23")).toEqual([
      { kind: "model", id: "unused", read: "2026-07-01", days: 145, used: false },
      { kind: "model", id: "old", read: "2026-08-01", days: 114, used: true },
    ]);
    expect(stale("2026-11-24").map(({ id }) => id)).toEqual(["unused", "old", "on-the-day"]);
  });

  test("are bundles, runtimes, controllers, credentials, licences, accelerators and the price list too", () => {
    const used = stale("2030-01-01").flatMap((row) => (row.used ? [`${row.kind} ${row.id}`] : []));
    expect(used.toSorted()).toEqual([
      "accelerator L4",
      "bundle bank",
      "controller body-based-router",
      "controller device-plugin",
      "controller envoy-gateway",
      "credential hugging-face",
      "instance types us-east-1",
      "licence apache-2.0",
      "model old",
      "model on-the-day",
      "runtime vllm",
    ]);
  });

  test("are models of the stack's own that do not say when", () => {
    const models = {
      house: {
        licences: ["own"],
        diskGiB: 20,
        requirements: [{ gpuMemoryGB: 24 }],
        huggingFace: "a/b",
        api: { kind: "chat" },
        maxContext: 4_096,
      },
    };
    const specialists = { house: { model: "house", bundle: "bank" } };
    expect(stale("2026-08-02", { models, specialists })).toContainEqual({
      kind: "model",
      id: "house",
      read: "",
      days: null,
      used: true,
    });
  });
});
