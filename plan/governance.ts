import type { Bundle, Catalogue, Governance } from "../catalogue/types/index.ts";
import { refusal, type Finding } from "../config/finding.ts";
import { dataClasses, type BundleGovernance, type EnvironmentConfig } from "../config/schema.ts";
import { findBundle, type Selection } from "./select.ts";
import type { GovernancePlan } from "./types.ts";
import { isWaived } from "./waivers.ts";

type Key = keyof BundleGovernance;

const loosening = "governance-loosened";

/** What of a stack's own governance counts beside the bundle's. */
export interface Leave {
  /** `polymath:governance.external`. */
  readonly external: EnvironmentConfig["governance"]["external"];
  /** Whether the stack's value of a key counts although it is laxer than the bundle's. */
  readonly isWaived: (key: Key) => boolean;
}

/** The bundle's governance under the stack's: the stricter of the two, or the stack's own value where that is waived. */
export function effectiveGovernance(own: Governance, asked: BundleGovernance, leave: Leave): GovernancePlan {
  const allowed = asked.dataClasses !== undefined && leave.isWaived("dataClasses") ? dataClasses : own.dataClasses;
  const wanted = asked.dataClasses ?? allowed;
  const external = asked.externalProviders ?? own.externalProviders;
  const review = asked.humanReview ?? own.humanReview;
  return {
    dataClasses: dataClasses.filter((one) => wanted.includes(one) && allowed.includes(one)),
    regulations: own.regulations.map(({ regulation }) => regulation),
    externalProviders:
      leave.external === "allowed" && external && (own.externalProviders || leave.isWaived("externalProviders")),
    humanReview: review || (own.humanReview && !leave.isWaived("humanReview")),
  };
}

/** Where the stack file selects a bundle, what of it, and the governance that it asks for there. */
function entryOf(config: EnvironmentConfig, bundle: Bundle, catalogue: Catalogue) {
  const index = config.bundles.findIndex(
    (entry) => findBundle(catalogue, typeof entry === "string" ? entry : entry.name) === bundle,
  );
  const entry = config.bundles[index];
  return {
    path: `polymath:bundles[${index}]`,
    asked: typeof entry === "object" ? (entry.governance ?? {}) : {},
    only: typeof entry === "object" ? entry.only : undefined,
  };
}

/** Each key in which the stack file is laxer than the bundle. */
function loosenings(bundle: Bundle, asked: BundleGovernance, entry: string): readonly Finding[] {
  const { id, governance: own } = bundle;
  const refuse = (key: Key, given: string, allowed: string, tighten: string) => {
    const path = `${entry}.governance.${key}`;
    const fix = `${tighten}, or have it approved: a waiver in polymath:waivers with rule ${loosening} and target ${path}`;
    return refusal(loosening, path, given, allowed, fix);
  };
  const beyond = (asked.dataClasses ?? []).filter((one) => !own.dataClasses.includes(one)).join(", ");
  const classes = own.dataClasses.join(", ");
  return [
    ...(beyond === ""
      ? []
      : [refuse("dataClasses", `${beyond}, which ${id} may not see`, classes, `leave out ${beyond}`)]),
    ...(asked.externalProviders === true && !own.externalProviders
      ? [refuse("externalProviders", `true, while ${id} allows no external providers`, "false", "remove the key")]
      : []),
    ...(asked.humanReview === false && own.humanReview
      ? [refuse("humanReview", `false, while ${id} requires human review`, "true", "remove the key")]
      : []),
  ];
}

/** What counts in a bundle's domain on a day. */
export function governanceOf(
  bundle: Bundle,
  config: EnvironmentConfig,
  catalogue: Catalogue,
  today: string,
): GovernancePlan {
  const { path, asked } = entryOf(config, bundle, catalogue);
  const waived = loosenings(bundle, asked, path).filter((finding) => isWaived(finding, config.waivers, today));
  return effectiveGovernance(bundle.governance, asked, {
    external: config.governance.external,
    isWaived: (key) => waived.some((finding) => finding.path === `${path}.governance.${key}`),
  });
}

/**
 * Bundles whose governance the stack file loosens, or tightens where it would not count, and external providers where none may be
 * used.
 */
export function checkGovernance(
  config: EnvironmentConfig,
  selection: Selection,
  catalogue: Catalogue,
): readonly Finding[] {
  return selection.bundles.flatMap((bundle) => {
    const { path, asked } = entryOf(config, bundle, catalogue);
    const outside = selection.providers.filter((one) => one.bundle === bundle).map(({ provider }) => provider.id);
    return [
      ...loosenings(bundle, asked, path),
      ...unusedTightenings(config, bundle, selection, catalogue),
      ...refuseProviders(config, bundle, asked, path, outside),
    ];
  });
}

/** Keys in which the stack file is stricter for a bundle than for the one whose domain runs a specialist that both share. */
function unusedTightenings(
  config: EnvironmentConfig,
  bundle: Bundle,
  { specialists }: Selection,
  catalogue: Catalogue,
): readonly Finding[] {
  const { path, asked, only } = entryOf(config, bundle, catalogue);
  const elsewhere = specialists.filter(
    (one) =>
      one.bundle !== bundle &&
      (only ?? bundle.specialists).includes(one.row.name) &&
      [bundle, one.bundle].every((has) => has.specialists.includes(one.row.name)),
  );
  return [...Map.groupBy(elsewhere, (one) => one.bundle)].flatMap(([home, shared]) => {
    const there = entryOf(config, home, catalogue);
    // A loosening that is not waived has a finding of its own.
    const leave = { external: config.governance.external, isWaived: () => true };
    const counted = effectiveGovernance(home.governance, there.asked, leave);
    const names = shared.map(({ row }) => row.name).join(", ");
    const refuse = (key: Key, given: string, more: string) =>
      refusal(
        "governance-not-used",
        `${path}.governance.${key}`,
        `${given} for ${names}, deployed once, where ${home.id} has it: ${more}`,
        `${given} or stricter at ${there.path}.governance.${key} too`,
        `write it there as well, name ${bundle.id} before ${home.id}, or leave ${names} out of one of them with "only"`,
      );
    const classes = asked.dataClasses ?? dataClasses;
    const beyond = counted.dataClasses.filter((one) => !classes.includes(one)).join(", ");
    return [
      ...(beyond === "" ? [] : [refuse("dataClasses", classes.join(", "), `${beyond} may go there`)]),
      ...(asked.humanReview === true && !counted.humanReview
        ? [refuse("humanReview", "true", "nobody has to look at its answers there")]
        : []),
    ];
  });
}

function refuseProviders(
  config: EnvironmentConfig,
  bundle: Bundle,
  asked: BundleGovernance,
  path: string,
  providers: readonly string[],
): readonly Finding[] {
  const { external } = config.governance;
  // A loosening that is not waived has a finding of its own; it must not be told a second time.
  const { externalProviders } = effectiveGovernance(bundle.governance, asked, { external, isWaived: () => true });
  if (externalProviders || providers.length === 0) return [];
  const [why, remedy] =
    external === "none"
      ? ["polymath:governance.external is none", "set polymath:governance.external to allowed"]
      : asked.externalProviders === false
        ? [`${path}.governance.externalProviders is false`, "remove that key"]
        : [
            `${bundle.id} allows no external providers`,
            `set ${path}.governance.externalProviders to true with a waiver`,
          ];
  return [
    refusal(
      "external-provider-refused",
      path,
      `${providers.join(", ")}: requests leave the cluster`,
      `specialists in the cluster only, since ${why}`,
      `leave ${bundle.id} out, ${bundle.specialists.length > 0 ? `name what is to stay in ${path}.only, ` : ""}or ${remedy}`,
    ),
  ];
}
