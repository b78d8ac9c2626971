import { describe, expect, test } from "vitest";
import { error } from "../config/support.ts";
import type { Environment } from "../../../config/load.ts";
import { environmentOf, today } from "./support.ts";
import { makePlan } from "../../../plan/make-plan.ts";
import { solveLock } from "../../../plan/solve-lock.ts";
import { catalogue } from "../../../catalogue/index.ts";
import { checkCustomisation, missingSources } from "../../../plan/slots.ts";
import { select } from "../../../plan/select.ts";

/** The plan of an environment with a lock of its own, against the whole catalogue. */
const planned = (environment: Environment) =>
  makePlan({ environment, catalogue, lock: solveLock(environment, catalogue, undefined).lock, today });

const secrets = { ngc: { secure: "v1:x" }, "client-demo": { secure: "v1:x" } };
const governance = { acceptLicences: ["nvidia-ai-product-agreement"] };
/** An environment on a cluster that is there, with one specialist of a bundle. */
const existing = (bundle: string, name: string, specialist?: Readonly<Record<string, unknown>>) => ({
  cluster: { kind: "existing" },
  bundles: [{ name: bundle, only: [name], ...(specialist && { specialists: { [name]: specialist } }) }],
  governance,
  secrets,
});

/** Every slot of the catalogue, with a source that fills it. */
const fillings = {
  "fraud-detection": { bundle: "finance-banking", keys: { source: "s3://bank/fraud/model-repository" } },
  "insurance-adapter": {
    bundle: "finance-insurance",
    keys: { adapters: [{ name: "claims", source: "hf://ORG/claims" }] },
  },
  "nemotron-coalition-base": { bundle: "mistral", keys: { source: "hf://ORG/base" } },
  "price-forecast": { bundle: "finance-crypto", keys: { source: "registry.example.eu/kronos:1.0.0" } },
  "visual-changenet": { bundle: "manufacturing", keys: { source: "store://aoi" } },
};

test("these are the slots of the catalogue", () => {
  const slots = [...catalogue.specialists.values()].filter(({ slot }) => slot !== null).map(({ name }) => name);
  expect(slots.sort()).toEqual(Object.keys(fillings).sort());
});

describe.each(Object.entries(fillings))("%s", (name, { bundle, keys }) => {
  const findingsOf = (environment = environmentOf(existing(bundle, name))) =>
    missingSources(environment.config, select(environment.config, catalogue));

  test("plans without a source, says what is missing and where to write it", () => {
    const [finding, ...more] = findingsOf();
    const key = Object.keys(keys)[0] ?? "";
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      rule: "slot-empty",
      severity: "error",
      path: `polymath:bundles[0].specialists.${name}.${key}`,
      fix: `write polymath:bundles[0].specialists.${name}.${key}, or leave ${name} out with "only"`,
    });
    expect(finding?.given.startsWith(`nothing fills the slot of ${name}: `)).toBe(true);
  });

  test("is rehearsed with a simulated one: there nothing is missing", () => {
    expect(findingsOf(environmentOf({ bundles: [{ name: bundle, only: [name] }] }))).toEqual([]);
  });

  test("is deployed once it is filled", () => {
    const environment = environmentOf(existing(bundle, name, keys));
    expect(environment.faults).toBeUndefined();
    expect(findingsOf(environment)).toEqual([]);
    expect(checkCustomisation(select(environment.config, catalogue))).toEqual([]);
  });
});

test("an empty slot stops neither plan nor lock: it comes along as what is missing", () => {
  const keys = existing("finance-banking", "fraud-detection");
  const plan = planned(environmentOf(keys));
  expect(plan.missing.map(({ rule }) => rule)).toEqual(["slot-empty"]);
  expect(plan.specialists[0]?.serving.args).toEqual(["tritonserver", "--model-repository", "/models"]);
});

test("a source reaches the container: as an argument, as its image, as its weights", () => {
  const serving = (bundle: string, name: string, specialist: Readonly<Record<string, unknown>>) =>
    planned(
      environmentOf({
        bundles: [{ name: bundle, only: [name], specialists: { [name]: specialist } }],
        governance: { ...governance, registries: ["registry.example.eu"] },
      }),
    ).specialists[0]?.serving;
  expect(serving("finance-banking", "fraud-detection", { source: "s3://bank/fraud" })?.args).toEqual([
    "tritonserver",
    "--model-repository",
    "s3://bank/fraud",
  ]);
  expect(serving("finance-crypto", "price-forecast", { source: "registry.example.eu/kronos:1.0.0" })?.image).toBe(
    "registry.example.eu/kronos:1.0.0",
  );
  expect(serving("mistral", "nemotron-coalition-base", { source: "hf://ORG/base" })?.args.slice(0, 2)).toEqual([
    "--model",
    "ORG/base",
  ]);
});

test.each([
  ["finance-crypto", "price-forecast", "kronos:latest", "an image: REPOSITORY:VERSION or REPOSITORY@sha256:DIGEST"],
  ["mistral", "nemotron-coalition-base", "hf://../base", "hf://OWNER/REPOSITORY"],
  [
    "manufacturing",
    "visual-changenet",
    "store://../aoi",
    "s3://BUCKET/FOLDER, gs://BUCKET/FOLDER, or store://FOLDER on its weight store",
  ],
])("a source of another form is refused with the form that would do: %s %s %s", (bundle, name, source, form) => {
  const environment = environmentOf(existing(bundle, name, { source }));
  const path = `polymath:bundles[0].specialists.${name}.source`;
  expect(checkCustomisation(select(environment.config, catalogue))).toEqual([
    error("source-not-usable", path, `"${source}"`, form, "change it"),
  ]);
});

test("the stack's token goes with what it brings from Hugging Face, and nowhere else", () => {
  const bundles = [
    {
      name: "finance-insurance",
      specialists: { "insurance-adapter": { adapters: [{ name: "claims", source: "hf://ORG/claims" }] } },
    },
  ];
  const token = { "hugging-face": { secure: "v1:x" } };
  const envOf = (keys: Readonly<Record<string, unknown>>) =>
    planned(environmentOf({ bundles, governance, ...keys })).specialists.map(({ serving }) => serving.secretEnv);
  expect(envOf({ secrets: token })).toEqual([{}, { HF_TOKEN: "hugging-face" }]);
  expect(envOf({})).toEqual([{}, {}]);
});

test("an image that fills a slot is pulled with the credential of its registry", () => {
  const keys = (source: string) => ({
    bundles: [{ name: "finance-crypto", only: ["price-forecast"], specialists: { "price-forecast": { source } } }],
    governance: { ...governance, registries: ["nvcr.io/org", "registry.example.eu"] },
  });
  const [ours] = planned(environmentOf(keys("nvcr.io/org/kronos:1.0.0"))).specialists;
  expect(ours?.serving.imagePullCredential).toBe("ngc");
  const [other] = planned(environmentOf(keys("registry.example.eu/kronos:1.0.0"))).specialists;
  expect(other?.serving.imagePullCredential).toBeNull();
});

test("a revision is refused where the runtime is told none", () => {
  const environment = environmentOf(
    existing("finance-banking", "fraud-detection", { source: "s3://bank/fraud", revision: "v2" }),
  );
  expect(checkCustomisation(select(environment.config, catalogue))).toEqual([
    error(
      "revision-unsupported",
      "polymath:bundles[0].specialists.fraud-detection.revision",
      '"v2"',
      "nothing: NVIDIA Triton is told no revision of the weights",
      "remove the key; the image's tag or the source says the version",
    ),
  ]);
});
