import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../../catalogue/index.ts";
import type { Bundle, Catalogue, Governance, Provider } from "../../../catalogue/types/index.ts";
import { dataClasses, type BundleGovernance } from "../../../config/schema.ts";
import { checkGovernance, effectiveGovernance, governanceOf, type Leave } from "../../../plan/governance.ts";
import { select } from "../../../plan/select.ts";
import type { GovernancePlan } from "../../../plan/types.ts";
import { applyWaivers } from "../../../plan/waivers.ts";
import { error } from "../config/support.ts";
import { environmentOf, today } from "./support.ts";

type Keys = Readonly<Record<string, unknown>>;

const strict: Governance = {
  dataClasses: ["public", "health"],
  regulations: [
    { regulation: "hipaa", because: "Records of patients.", source: "https://example.org/hipaa" },
    { regulation: "gdpr", because: "They are personal data.", source: "https://example.org/gdpr" },
  ],
  externalProviders: false,
  humanReview: true,
};
const lax: Governance = {
  dataClasses: ["public", "internal", "confidential"],
  regulations: [],
  externalProviders: true,
  humanReview: false,
};

const bundle = (id: string, governance: Governance, providers: readonly string[] = []): Bundle => ({
  id,
  variantOf: null,
  aliases: [`${id}-family`],
  title: id,
  specialists: [],
  providers,
  governance,
  read: today,
});
const provider = (id: string): Provider => ({
  id,
  title: id,
  publisher: "Somebody",
  host: "api.example.org",
  region: null,
  api: { kind: "chat", paths: [] },
  credential: "openai",
  model: "large",
  licences: [],
  newer: { versions: [], row: null },
  notes: "",
  sources: ["https://example.org"],
  evidence: "vendor",
  read: today,
});
const clinic = bundle("clinic", strict);
const office = { ...bundle("office", lax, ["far", "away"]), specialists: ["saul-7b-instruct"] };
const closed = bundle("closed", strict, ["abroad"]);
const facts: Catalogue = {
  ...catalogue,
  bundles: new Map([clinic, office, closed].map((row) => [row.id, row])),
  providers: new Map(["far", "away", "abroad"].map((id) => [id, provider(id)])),
};

const configOf = (keys: Keys) => environmentOf(keys).config;
function checked(keys: Keys) {
  const config = configOf(keys);
  return checkGovernance(config, select(config, facts), facts);
}
const approval = (path: string) =>
  `or have it approved: a waiver in polymath:waivers with rule governance-loosened and target ${path}`;

describe("a stack's own governance of a bundle", () => {
  test("may be left out, the same, or stricter", () => {
    const same = { dataClasses: strict.dataClasses, externalProviders: false, humanReview: true };
    const stricter = { dataClasses: ["internal"], externalProviders: false, humanReview: true };
    const bundles = ["clinic", { name: "office" }];
    expect(checked({ bundles })).toEqual([]);
    expect(checked({ bundles: [{ name: "clinic", governance: same }] })).toEqual([]);
    expect(checked({ bundles: [{ name: "clinic", governance: { dataClasses: ["health"] } }] })).toEqual([]);
    expect(
      governanceOf(office, configOf({ bundles: [{ name: "office", governance: stricter }] }), facts, today),
    ).toEqual({ dataClasses: ["internal"], regulations: [], externalProviders: false, humanReview: true });
  });

  test("that is laxer is refused key by key, with what is allowed and how to have it approved", () => {
    const governance = {
      dataClasses: ["confidential", "health", "internal"],
      externalProviders: true,
      humanReview: false,
    };
    const at = "polymath:bundles[1].governance";
    expect(checked({ bundles: ["office", { name: "clinic-family", governance }] })).toEqual([
      error(
        "governance-loosened",
        `${at}.dataClasses`,
        "confidential, internal, which clinic may not see",
        "public, health",
        `leave out confidential, internal, ${approval(`${at}.dataClasses`)}`,
      ),
      error(
        "governance-loosened",
        `${at}.externalProviders`,
        "true, while clinic allows no external providers",
        "false",
        `remove the key, ${approval(`${at}.externalProviders`)}`,
      ),
      error(
        "governance-loosened",
        `${at}.humanReview`,
        "false, while clinic requires human review",
        "true",
        `remove the key, ${approval(`${at}.humanReview`)}`,
      ),
    ]);
  });
});

describe("a waiver", () => {
  const governance = { dataClasses: ["public", "internal"], humanReview: false };
  const waiver = (key: string, expires = today) => ({
    rule: "governance-loosened",
    target: key === "*" ? key : `polymath:bundles[0].governance.${key}`,
    reason: "a trial",
    expires,
    approvedBy: "the board",
  });
  const keys = (...waivers: readonly unknown[]) => ({ bundles: [{ name: "clinic", governance }], waivers });
  const counted = (config = configOf(keys())) => governanceOf(clinic, config, facts, today);
  const refusedPaths = (config = configOf(keys())) =>
    applyWaivers(checkGovernance(config, select(config, facts), facts), config.waivers, today)
      .findings.filter(({ severity }) => severity === "error")
      .map(({ path }) => path);
  const both = ["polymath:bundles[0].governance.dataClasses", "polymath:bundles[0].governance.humanReview"];

  test("lets the stack's value of its key count, and of no other", () => {
    const config = configOf(keys(waiver("humanReview")));
    expect(counted(config)).toMatchObject({ dataClasses: ["public"], humanReview: false });
    expect(refusedPaths(config)).toEqual([both[0]]);
  });

  test("for every path lets all of them count", () => {
    const config = configOf(keys(waiver("*")));
    expect(counted(config)).toEqual({
      dataClasses: ["public", "internal"],
      regulations: ["hipaa", "gdpr"],
      externalProviders: false,
      humanReview: false,
    });
    expect(refusedPaths(config)).toEqual([]);
  });

  test("past its date, of another rule, or left out counts for nothing", () => {
    const own = { dataClasses: ["public"], humanReview: true };
    const past = configOf(keys(waiver("*", "2026-11-22")));
    expect(counted(past)).toMatchObject(own);
    expect(refusedPaths(past)).toEqual([...both, "polymath:waivers[0].expires"]);
    expect(counted(configOf(keys({ ...waiver("*"), rule: "budget-exceeded" })))).toMatchObject(own);
    expect(counted()).toMatchObject(own);
    expect(refusedPaths()).toEqual(both);
  });
});

describe("a specialist that a variant shares is deployed once, and", () => {
  const home = { ...bundle("home", lax), specialists: ["fin-r1"] };
  const variant = { ...bundle("variant", lax), variantOf: "home", specialists: ["fin-r1", "saul-7b-instruct"] };
  const kit = { ...facts, bundles: new Map([home, variant].map((row) => [row.id, row])) };
  const findings = (...bundles: readonly unknown[]) => {
    const config = configOf({ bundles });
    return checkGovernance(config, select(config, kit), kit);
  };
  const governance = { dataClasses: ["public"], humanReview: true };
  const at = (index: number, key: string) => `polymath:bundles[${index}].governance.${key}`;
  const fix = 'write it there as well, name variant before home, or leave fin-r1 out of one of them with "only"';

  test("what is tightened where it is not deployed is refused, since it would count for nothing", () => {
    expect(findings("home", { name: "variant", governance })).toEqual([
      error(
        "governance-not-used",
        at(1, "dataClasses"),
        "public for fin-r1, deployed once, where home has it: internal, confidential may go there",
        `public or stricter at ${at(0, "dataClasses")} too`,
        fix,
      ),
      error(
        "governance-not-used",
        at(1, "humanReview"),
        "true for fin-r1, deployed once, where home has it: nobody has to look at its answers there",
        `true or stricter at ${at(0, "humanReview")} too`,
        fix,
      ),
    ]);
  });

  test("what its own domain has as strict counts, wherever it is named, and whatever else is left out", () => {
    expect(findings({ name: "home", governance }, { name: "variant", governance })).toEqual([]);
    expect(findings({ name: "variant", governance }, "home")).toEqual([]);
    expect(findings("home", { name: "variant", only: ["saul-7b-instruct"], governance })).toEqual([]);
    expect(findings("home", { name: "variant", governance: { externalProviders: false } })).toEqual([]);
  });
});

describe("external providers", () => {
  const given = (names: string) => `${names}: requests leave the cluster`;

  test("are taken where the bundle and the environment allow them", () => {
    expect(checked({ bundles: ["clinic", "office"] })).toEqual([]);
  });

  test("are refused in an environment that uses none, bundle by bundle", () => {
    const allowed = "specialists in the cluster only, since polymath:governance.external is none";
    const fix = (id: string, other = "") => `leave ${id} out, ${other}or set polymath:governance.external to allowed`;
    const only = "name what is to stay in polymath:bundles[0].only, ";
    expect(checked({ bundles: ["office", "clinic", "closed"], governance: { external: "none" } })).toEqual([
      error("external-provider-refused", "polymath:bundles[0]", given("far, away"), allowed, fix("office", only)),
      error("external-provider-refused", "polymath:bundles[2]", given("abroad"), allowed, fix("closed")),
    ]);
  });

  test("that the stack file leaves out are told no more", () => {
    const governance = { external: "none" };
    expect(checked({ bundles: [{ name: "office", only: ["away"] }], governance }).map(({ given: one }) => one)).toEqual(
      [given("away")],
    );
  });

  test("are refused in a bundle that the stack file closes", () => {
    expect(checked({ bundles: [{ name: "office", governance: { externalProviders: false } }] })).toEqual([
      error(
        "external-provider-refused",
        "polymath:bundles[0]",
        given("far, away"),
        "specialists in the cluster only, since polymath:bundles[0].governance.externalProviders is false",
        "leave office out, name what is to stay in polymath:bundles[0].only, or remove that key",
      ),
    ]);
  });

  test("are refused in a bundle that allows none, and told once where the stack file tries to open it", () => {
    expect(checked({ bundles: ["closed"] })).toEqual([
      error(
        "external-provider-refused",
        "polymath:bundles[0]",
        given("abroad"),
        "specialists in the cluster only, since closed allows no external providers",
        "leave closed out, or set polymath:bundles[0].governance.externalProviders to true with a waiver",
      ),
    ]);
    const opened = checked({ bundles: [{ name: "closed", governance: { externalProviders: true } }] });
    expect(opened.map(({ rule }) => rule)).toEqual(["governance-loosened"]);
  });
});

describe("effective governance", () => {
  const classes = fc.uniqueArray(fc.constantFrom(...dataClasses), { minLength: 1 });
  const ownGovernance: fc.Arbitrary<Governance> = fc.record({
    dataClasses: classes,
    regulations: fc.constant(strict.regulations),
    externalProviders: fc.boolean(),
    humanReview: fc.boolean(),
  });
  const asked: fc.Arbitrary<BundleGovernance> = fc.record(
    { dataClasses: classes, externalProviders: fc.boolean(), humanReview: fc.boolean() },
    { requiredKeys: [] },
  );
  const external = fc.constantFrom("allowed" as const, "none" as const);
  const waiving = (waived: boolean): Pick<Leave, "isWaived"> => ({ isWaived: () => waived });
  const wished = (own: Governance, wish: BundleGovernance) => ({
    dataClasses: wish.dataClasses ?? own.dataClasses,
    externalProviders: wish.externalProviders ?? own.externalProviders,
    humanReview: wish.humanReview ?? own.humanReview,
  });
  const beyond = (a: Pick<Governance, "dataClasses">, b: Pick<Governance, "dataClasses">) =>
    a.dataClasses.filter((one) => !b.dataClasses.includes(one));
  const isAtLeastAsStrict = (a: GovernancePlan, b: Omit<GovernancePlan, "regulations">) =>
    beyond(a, b).length === 0 &&
    Number(a.externalProviders) <= Number(b.externalProviders) &&
    a.humanReview >= b.humanReview;

  test("is the bundle's own where the stack asks for nothing", () => {
    fc.assert(
      fc.property(ownGovernance, fc.boolean(), (own, waived) => {
        const { dataClasses: seen, ...rest } = effectiveGovernance(
          own,
          {},
          { external: "allowed", ...waiving(waived) },
        );
        expect(seen.toSorted()).toEqual(own.dataClasses.toSorted());
        const { externalProviders, humanReview } = own;
        expect(rest).toEqual({ externalProviders, humanReview, regulations: ["hipaa", "gdpr"] });
      }),
    );
  });

  test("without a waiver is never laxer than the bundle's, nor than what the stack asks for", () => {
    fc.assert(
      fc.property(ownGovernance, asked, external, (own, wish, out) => {
        const counted = effectiveGovernance(own, wish, { external: out, ...waiving(false) });
        expect(isAtLeastAsStrict(counted, own)).toBe(true);
        expect(isAtLeastAsStrict(counted, wished(own, wish))).toBe(true);
      }),
    );
  });

  test("with a waiver is what the stack asks for", () => {
    fc.assert(
      fc.property(ownGovernance, asked, (own, wish) => {
        const counted = effectiveGovernance(own, wish, { external: "allowed", ...waiving(true) });
        const { dataClasses: seen, externalProviders, humanReview } = wished(own, wish);
        expect({ ...counted, dataClasses: counted.dataClasses.toSorted() }).toEqual({
          dataClasses: seen.toSorted(),
          regulations: ["hipaa", "gdpr"],
          externalProviders,
          humanReview,
        });
      }),
    );
  });

  test("never widens by asking for less", () => {
    fc.assert(
      fc.property(ownGovernance, asked, asked, external, fc.boolean(), (own, wish, more, out, waived) => {
        const narrower: BundleGovernance = {
          dataClasses: (more.dataClasses ?? own.dataClasses).filter((one) =>
            (wish.dataClasses ?? own.dataClasses).includes(one),
          ),
          externalProviders: (more.externalProviders ?? true) && (wish.externalProviders ?? own.externalProviders),
          humanReview: (more.humanReview ?? false) || (wish.humanReview ?? own.humanReview),
        };
        const leave = { external: out, ...waiving(waived) };
        const before = effectiveGovernance(own, wish, leave);
        expect(isAtLeastAsStrict(effectiveGovernance(own, narrower, leave), before)).toBe(true);
        expect(isAtLeastAsStrict(effectiveGovernance(own, wish, { ...leave, external: "none" }), before)).toBe(true);
      }),
    );
  });
});
