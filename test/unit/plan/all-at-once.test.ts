import fc from "fast-check";
import { expect, test } from "vitest";
import { merge } from "../../../config/merge.ts";
import { makePlan } from "../../../plan/make-plan.ts";
import { refusal } from "../config/support.ts";
import { catalogue, environmentOf, lockOf, sound, today } from "./support.ts";

type Keys = Readonly<Record<string, unknown>>;

const lock = lockOf(environmentOf({}, "prod"));
const refused = (keys: Keys, name = "prod") =>
  refusal(() => makePlan({ environment: environmentOf(keys, name), catalogue, lock, today }));

/** Independent ways to break an environment, each with the path that its finding names. */
const faults: readonly (readonly [path: string, keys: Keys])[] = [
  ["polymath:bundels", { bundels: [] }],
  ["polymath:cluster.contxt", { cluster: { kind: "rehearsal", contxt: "a" } }],
  ["polymath:bundles[5]", { bundles: ["finance", "law", "medicine", "biology", "general", "lwa"] }],
  ["polymath:pools.allow[1]", { pools: { allow: ["L4", "L5", "L40S", "A10G", "H100"] } }],
  ["polymath:pools.max", { pools: { max: "many" } }],
  ["polymath:storage.class", { storage: { class: "gp3" } }],
  ["polymath:storage.className", { storage: { className: "Fast Disk" } }],
  ["polymath:routing.host", { routing: { host: "models" } }],
  ["polymath:routing.aliases.a", { routing: { aliases: { a: "nobody-knows-this" } } }],
  ["polymath:routing.aliases.b", { routing: { aliases: { b: "diffdock" } } }],
  ["polymath:routing.aliases.fin-r1", { routing: { aliases: { "fin-r1": "saul-7b-instruct" } } }],
  [
    "polymath:governance.acceptLicences[3]",
    {
      governance: { acceptLicences: ["hai-def", "llama-3.2-community", "nvidia-ai-product-agreement", "gpl"] },
    },
  ],
  ["polymath:governance.use", { governance: { use: "study" } }],
  ["polymath:governance.external", { governance: { external: "some" } }],
  ["polymath:budget.usdPerMonth.ceiling", { budget: { usdPerMonth: { ceiling: 0 } } }],
  ["polymath:secrets.tokn", { secrets: { tokn: { secure: "v1:a" } } }],
  ["polymath:secrets.ngc", { secrets: { ngc: "hunter2" } }],
  ["polymath:specialists.own1.model", { specialists: { own1: { model: "gpt", bundle: "law" } } }],
  ["polymath:specialists.own2.bundle", { specialists: { own2: { model: "fin-r1", bundle: "chemistry" } } }],
  ["polymath:specialists.own3.contxt", { specialists: { own3: { model: "fin-r1", bundle: "law", contxt: 1 } } }],
  ["polymath:specialists.own4.context", { specialists: { own4: { model: "fin-r1", bundle: "law", context: 1e6 } } }],
  ["polymath:specialists.own5", { specialists: { own5: { model: "fin-r1", bundle: "law", concurrency: 1_000_000 } } }],
  ["polymath:specialists.v1", { specialists: { v1: { model: "boltz2", bundle: "biology" } } }],
  [
    "polymath:waivers[0].rule",
    { waivers: [{ rule: "no-gpu-fits", target: "*", reason: "a", expires: "2030-01-01", approvedBy: "b" }] },
  ],
];

test.each(faults)("one fault, at %s, is found alone", (path, keys) => {
  const paths = refused(merge(sound, keys)).findings.map((finding) => finding.path);
  // Too much context for the model is too much for every GPU as well.
  expect(paths.filter((one) => !path.startsWith(one))).toEqual([]);
  expect(paths).toContain(path);
});

test("breaking k independent things gives at least k findings, each at its place", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...faults], { minLength: 1 }), (chosen) => {
      const keys = chosen.reduce<Keys>((below, [, above]) => merge(below, above), sound);
      const { findings } = refused(keys);
      expect(findings.length).toBeGreaterThanOrEqual(chosen.length);
      const paths = new Set(findings.map(({ path }) => path));
      expect(chosen.map(([path]) => path).filter((path) => !paths.has(path))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test("all of them at once are all told", () => {
  const keys = faults.reduce<Keys>((below, [, above]) => merge(below, above), sound);
  const paths = new Set(refused(keys).findings.map(({ path }) => path));
  expect(faults.map(([path]) => path).filter((path) => !paths.has(path))).toEqual([]);
});

test("no secret is ever in a message, wherever and in whatever shape it stands under secrets", () => {
  const secret = fc.stringMatching(/^[a-zA-Z0-9+/=_-]{12,40}$/).map((text) => `hunter2${text}`);
  const value = secret.chain((text) =>
    fc.constantFrom<unknown>(
      text,
      [text],
      { value: text },
      { secure: [text] },
      { secure: text, also: text },
      [[text]],
      {
        secure: { secure: text },
      },
    ),
  );
  const secrets = fc.oneof(
    value,
    fc.dictionary(fc.constantFrom("ngc", "client-demo", "hugging-face", "nobody", "Bad Name"), value, { minKeys: 1 }),
  );
  fc.assert(
    fc.property(secrets, fc.constantFrom(...faults), (held, [, keys]) => {
      const cluster = { kind: "existing" };
      const { message } = refused({ ...merge(sound, keys), cluster, secrets: held });
      expect(message).not.toContain("hunter2");
    }),
    { numRuns: 300 },
  );
});
