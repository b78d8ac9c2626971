import { describe, expect, test } from "vitest";
import { catalogue } from "../../../catalogue/index.ts";
import { RefusedError, type Finding } from "../../../config/finding.ts";
import { makePlan } from "../../../plan/make-plan.ts";
import { findBundle } from "../../../plan/select.ts";
import { solveLock } from "../../../plan/solve-lock.ts";
import { environmentOf, today } from "./support.ts";

const bundles = [...catalogue.bundles.values()];

/** Findings of an environment that accepts nothing, and the keys that they propose. */
function proposals(keys: Readonly<Record<string, unknown>>): readonly Finding[] {
  try {
    makePlan({ environment: environmentOf({ governance: {}, ...keys }), catalogue, lock: undefined, today });
  } catch (error) {
    if (error instanceof RefusedError) return error.findings;
    throw error;
  }
  return [];
}

const licenceIn = ({ fix }: Finding) => /then add "([^"]+)" to polymath:governance.acceptLicences$/.exec(fix)?.[1];

describe.each(bundles.map((bundle) => [bundle.id, bundle] as const))("bundle %s alone", (id, bundle) => {
  const keys = { bundles: [id] };

  test("needs nothing but the licences that its findings propose", () => {
    const asked = proposals(keys).filter(({ rule }) => rule !== "lock-missing");
    expect(asked.filter(({ rule }) => rule !== "licence-not-accepted")).toEqual([]);
    const acceptLicences = asked.map(licenceIn);
    expect(acceptLicences).not.toContain(undefined);
    const environment = environmentOf({ ...keys, governance: { acceptLicences } });
    const plan = makePlan({ environment, catalogue, lock: solveLock(environment, catalogue, undefined).lock, today });
    expect(plan.findings).toEqual([]);
    expect(plan.specialists.map(({ name }) => name)).toEqual(bundle.specialists);
    expect(plan.gateway.external.map(({ provider }) => provider)).toEqual(bundle.providers);
  });

  test("is selected by each of its family's names, whatever their case", () => {
    const names = bundle.aliases.flatMap((alias) => [alias, alias.toUpperCase(), alias.toLowerCase()]);
    expect([id, ...names].filter((name) => findBundle(catalogue, name) !== bundle)).toEqual([]);
  });
});
