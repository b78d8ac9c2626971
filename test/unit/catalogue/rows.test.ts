import { describe, expect, test } from "vitest";
import { credentials } from "../../../catalogue/credentials.ts";
import { catalogue } from "../../../catalogue/index.ts";
import { servedOffer } from "../../../plan/attention.ts";
import type { Sourced } from "../../../catalogue/types/index.ts";
import {
  devicePluginNamespace,
  domainNamespace,
  gatewayNamespace,
  poolName,
  specialistName,
} from "../../../plan/names.ts";

const { accelerators, bundles, instances, instanceSource, keptOut, licences, models } = catalogue;
const { controllers, providers, regulations, runtimes, specialists } = catalogue;
const dnsLabel = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** At least major and minor: a tag of one number moves with every release. */
const fixedTag = /^v?\d+\.\d+(\.\d+)?(-[a-z0-9.-]+)?$/;

/** Names that stand more than once. */
const repeated = (names: readonly string[]) => names.filter((name, index) => names.indexOf(name) !== index);

test("every family has its bundle, under its own name and under the family's", () => {
  const families = Object.fromEntries([...bundles.values()].map(({ id, aliases }) => [id, aliases[0]]));
  expect(families).toEqual({
    baseline: "Baseline",
    biology: "BioNeMo",
    driving: "DriveNeMo",
    europe: "Regional-Europe",
    finance: "FinanceNeMo",
    "finance-banking": "FinanceNeMo-Banking",
    "finance-crypto": "FinanceNeMo-Crypto",
    "finance-insurance": "FinanceNeMo-Insurance",
    general: "Nemotron",
    guardrails: "Guardrails",
    india: "Regional-India",
    japan: "Regional-Japan",
    law: "LawNeMo",
    manufacturing: "ManufacturingNeMo",
    medicine: "MedicalNeMo",
    mistral: "Mistral",
    multimodal: "Multimodal",
    physics: "PhysicsNeMo",
    proprietary: "Proprietary",
    retrieval: "Retrieval",
    robotics: "RoboticNeMo",
    "south-east-asia": "Regional-South-East-Asia",
  });
});

const sourced: readonly (readonly [string, Sourced])[] = [
  ...Object.values(accelerators).map((row) => [`accelerator ${row.kind}`, row] as const),
  ...Object.values(runtimes).map((row) => [`runtime ${row.id}`, row] as const),
  ...Object.values(controllers).map((row) => [`controller ${row.id}`, row] as const),
  ...Object.values(licences).map((row) => [`licence ${row.id}`, row] as const),
  ...Object.values(regulations).map((row) => [`regulation ${row.id}`, row] as const),
  ...[...models.values()].map((row) => [`model ${row.id}`, row] as const),
  ...[...providers.values()].map((row) => [`provider ${row.id}`, row] as const),
  ...Object.entries(credentials).map(([id, row]) => [`credential ${id}`, row] as const),
  ["instances", instanceSource],
];

function isCited({ sources, read }: Pick<Sourced, "sources" | "read">): void {
  expect(sources.length).toBeGreaterThan(0);
  expect(
    sources.filter((source) => !/^(https:\/\/|github\.com\/|arXiv |[\w.-]+\/[\w.-]+@[0-9a-f]{7,})/.test(source)),
  ).toEqual([]);
  expect(new Date(`${read}T00:00:00Z`).toISOString().slice(0, 10)).toBe(read);
}

test.each(sourced)("%s says where it was read, when, and how it is known", (_name, row) => {
  isCited(row);
  expect(["measured", "vendor", "estimated", "unverified"]).toContain(row.evidence);
});

test("each row is found under its own name", () => {
  expect(Object.entries(accelerators).filter(([key, { kind }]) => key !== kind)).toEqual([]);
  expect(Object.entries(runtimes).filter(([key, { id }]) => key !== id)).toEqual([]);
  expect(Object.entries(controllers).filter(([key, { id }]) => key !== id)).toEqual([]);
  expect(Object.entries(licences).filter(([key, { id }]) => key !== id)).toEqual([]);
  expect(Object.entries(regulations).filter(([key, { id }]) => key !== id)).toEqual([]);
  expect([...models].filter(([key, { id }]) => key !== id)).toEqual([]);
  expect([...specialists].filter(([key, { name }]) => key !== name)).toEqual([]);
  expect([...bundles].filter(([key, { id }]) => key !== id)).toEqual([]);
});

describe("references", () => {
  test("of specialists are models, of bundles specialists", () => {
    expect([...specialists.values()].filter(({ model }) => !models.has(model))).toEqual([]);
    expect([...bundles.values()].flatMap((row) => row.specialists).filter((name) => !specialists.has(name))).toEqual(
      [],
    );
    expect([...bundles.values()].flatMap((row) => row.providers).filter((id) => !providers.has(id))).toEqual([]);
    expect([...bundles.values()].filter(({ variantOf }) => variantOf !== null && !bundles.has(variantOf))).toEqual([]);
  });

  test("of models are runtimes, licences, credentials and GPU kinds", () => {
    const unresolved = [...models.values()].flatMap((row) => [
      ...[row.runtime].filter((id) => !Object.hasOwn(runtimes, id)),
      ...row.licences.filter((id) => !Object.hasOwn(licences, id)),
      ...row.credentials.filter((id) => !Object.hasOwn(credentials, id)),
      ...row.requirements
        .flatMap(({ kinds }): readonly string[] => (kinds === "any" ? [] : kinds))
        .filter((kind) => !Object.hasOwn(accelerators, kind)),
      ...[row.newer.row ?? row.id].filter((id) => !models.has(id)),
    ]);
    expect(unresolved).toEqual([]);
  });

  test("of instance types are GPU kinds", () => {
    expect(instances.filter(({ accelerator }) => !Object.hasOwn(accelerators, accelerator))).toEqual([]);
  });

  test("every specialist is in one bundle, so that it has one governance class; only variants share some", () => {
    for (const name of specialists.keys()) {
      const homes = [...bundles.values()].filter((row) => row.specialists.includes(name));
      const roots = new Set(homes.map(({ id, variantOf }) => variantOf ?? id));
      expect([name, roots.size]).toEqual([name, 1]);
    }
  });

  test("what is unverified, or forbids commercial use, is in no bundle: a stack has to name it", () => {
    const inBundles = [...bundles.values()].flatMap((row) => row.specialists);
    const doubtful = inBundles.filter((name) => {
      const model = models.get(specialists.get(name)?.model ?? "");
      const isCommercial = model?.licences.every((id) => licences[id].commercialUse !== "no");
      return !isCommercial || model?.evidence === "unverified";
    });
    expect(doubtful).toEqual([]);
    // Read about by others than their publishers alone.
    expect([...models.values()].filter(({ evidence }) => evidence === "unverified").map(({ id }) => id)).toEqual([
      "open-insurance-llm-llama3-8b",
      "palmyra-fin-70b-32k",
    ]);
    const providersIn = [...bundles.values()].flatMap((row) => row.providers);
    expect(providersIn.filter((id) => providers.get(id)?.evidence === "unverified")).toEqual([]);
  });

  test("what is kept out says why, and is not in the catalogue all the same", () => {
    expect(keptOut.length).toBeGreaterThan(0);
    expect(repeated(keptOut.map(({ id }) => id))).toEqual([]);
    expect(keptOut.filter(({ id }) => models.has(id))).toEqual([]);
    const untold = keptOut.filter(({ reason }) => !/^[A-Z].{20,}\.$/.test(reason));
    expect(untold.map(({ id }) => id)).toEqual([]);
    keptOut.forEach(isCited);
  });
});

describe("names", () => {
  test("public names are unique DNS labels, by which the objects of a specialist are called too", () => {
    const names = [...specialists.keys(), ...providers.keys()];
    expect(names.filter((name) => !dnsLabel.test(name))).toEqual([]);
    expect(repeated(names)).toEqual([]);
    // None is cut or ends in a hash: an object is found by the name that a request says.
    expect(names.filter((name) => specialistName(name) !== name)).toEqual([]);
  });

  test("ids and family names of bundles are unique, whatever their case", () => {
    const names = [...bundles.values()].flatMap(({ id, aliases }) => [
      ...new Set([id, ...aliases].map((name) => name.toLowerCase())),
    ]);
    expect(repeated(names)).toEqual([]);
  });

  test("namespaces of the domains are neither each other's nor the kit's own", () => {
    const namespaces = [...bundles.keys()].map((id) => domainNamespace("local", id));
    expect(repeated([...namespaces, gatewayNamespace("local"), devicePluginNamespace("local")])).toEqual([]);
  });

  test("every instance type gives pools of its own", () => {
    const names = instances.flatMap(({ name }) => [1, 2, 4, 8].map((gpus) => poolName(name, gpus)));
    expect(repeated(names)).toEqual([]);
    expect(names.filter((name) => !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name))).toEqual([]);
  });
});

describe.each([...models.values()].map((row) => [row.id, row] as const))("model %s", (_id, row) => {
  const runtime = runtimes[row.runtime];

  test("has an image with a fixed tag", () => {
    expect(row.image.tag).toMatch(fixedTag);
    expect(row.image.repository).not.toContain(":");
  });

  test("pulls with a credential that it declares, for the registry of its image", () => {
    const host = row.image.repository.split("/")[0] ?? "";
    const needed = Object.entries(credentials).flatMap(([id, { registry }]) => (registry?.host === host ? [id] : []));
    expect(row.imagePullCredential === null ? [] : [row.imagePullCredential]).toEqual(needed);
    expect(needed.filter((id) => !row.credentials.some((credential) => credential === id))).toEqual([]);
  });

  test("can be sized: by its vendor's requirement, or by the numbers of its architecture", () => {
    const parts = [servedOffer(row).weightsGiB, row.attentionHeads, row.headDim];
    expect(row.requirements.length > 0 || parts.every((part) => part !== null)).toBe(true);
    expect([row.disk.GiB, row.memoryGiB ?? 1, row.cpu ?? 1, row.shmGiB ?? 1].every((value) => value > 0)).toBe(true);
  });

  test("fits the disk that its claim asks for", () => {
    expect(row.disk.GiB).toBeGreaterThanOrEqual(servedOffer(row).weightsGiB ?? 0);
  });

  test("gets its weights from somewhere: named by an argument, or by the image itself", () => {
    // A runtime that serves a model repository gets it from a slot.
    const isNamed = runtime.modelArg !== null && runtime.fetches === null;
    expect(isNamed ? typeof row.huggingFace : row.huggingFace).toBe(isNamed ? "string" : null);
  });

  test("names its languages by ISO 639-1, each once", () => {
    expect(row.languages.filter((code) => !/^[a-z]{2}$/.test(code))).toEqual([]);
    expect(repeated(row.languages)).toEqual([]);
  });

  test("answers on paths of its API", () => {
    const wanted = {
      chat: "/v1/chat/completions",
      embeddings: "/v1/embeddings",
      rerank: "/v1/ranking",
      rest: row.api.paths[0],
    }[row.api.kind];
    expect(row.api.paths).toContain(wanted);
    expect(row.api.paths.filter((path) => !/^(\/[a-z0-9][a-z0-9_-]*)+(\/\*)?$/.test(path))).toEqual([]);
  });
});

describe.each([...specialists.values()].map((row) => [row.name, row] as const))("specialist %s", (_name, row) => {
  const model = models.get(row.model);

  test("asks for no more context than its model has, and for none where it has none", () => {
    expect(row.context === null).toBe(model?.api.kind === "rest");
    expect(row.context ?? 0).toBeLessThanOrEqual(model?.maxContext ?? 0);
  });

  test("has whole numbers above zero", () => {
    const numbers = [row.context ?? 1, row.concurrency, row.replicas];
    expect(numbers.filter((value) => !Number.isInteger(value) || value < 1)).toEqual([]);
  });
});

describe("instance types", () => {
  test("have names of their own and a whole share for pods", () => {
    expect(repeated(instances.map(({ name }) => name))).toEqual([]);
    const wrong = instances.filter(
      ({ allocatable, vcpu, memoryGiB, gpuCount, usdPerHour }) =>
        allocatable.cpuMilli >= vcpu * 1000 ||
        allocatable.memoryMiB >= memoryGiB * 1024 ||
        ![1, 2, 4, 8].includes(gpuCount) ||
        (usdPerHour ?? 1) <= 0,
    );
    expect(wrong).toEqual([]);
  });

  test.each([
    ["g6.xlarge", { accelerator: "L4", gpuCount: 1, usdPerHour: 0.8048 }],
    ["g6e.xlarge", { accelerator: "L40S", gpuCount: 1, usdPerHour: 1.861 }],
    ["p5.48xlarge", { accelerator: "H100", gpuCount: 8, usdPerHour: 55.04 }],
    ["p5e.48xlarge", { accelerator: "H200", gpuCount: 8, usdPerHour: null }],
  ])("%s is as published", (name, expected) => {
    expect(instances.find((type) => type.name === name)).toMatchObject(expected);
  });

  test("every GPU kind can be bought, and reports about the memory that it is sold with", () => {
    const bought = new Set(instances.map(({ accelerator }) => accelerator));
    expect(Object.values(accelerators).filter(({ kind }) => !bought.has(kind))).toEqual([]);
    const off = Object.values(accelerators).filter(({ nominalGB, reportedMiB }) => {
      const share = (reportedMiB * 2 ** 20) / (nominalGB * 1e9);
      return share < 0.9 || share > 1.1;
    });
    expect(off).toEqual([]);
  });
});

test("runtimes and controllers that bring an image bring one with a fixed tag", () => {
  const images = [...Object.values(runtimes), ...Object.values(controllers)].flatMap(({ image }) => image ?? []);
  expect(images.length).toBeGreaterThan(0);
  expect(images.filter(({ repository, tag }) => !fixedTag.test(tag) || repository.includes(":"))).toEqual([]);
  // A controller's image is of the version that its facts are of.
  const other = Object.values(controllers).filter(({ image, version }) => image && image.tag !== `v${version}`);
  expect(other.map(({ id }) => id)).toEqual([]);
});
