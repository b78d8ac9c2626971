import type { Catalogue } from "../catalogue/types/index.ts";
import { refusal, type Finding } from "../config/finding.ts";
import { suggest } from "../config/nearest.ts";
import type { EnvironmentConfig } from "../config/schema.ts";
import { namesOf } from "./customisation.ts";
import { aliasToExternal, externalNames } from "./external.ts";
import { specialistName } from "./names.ts";
import type { Selection } from "./select.ts";

/** Aliases of a specialist, in order. */
export const aliasesOf = ({ routing }: Pick<EnvironmentConfig, "routing">, specialist: string): readonly string[] =>
  Object.entries(routing.aliases)
    .flatMap(([alias, target]) => (target === specialist ? [alias] : []))
    .sort();

/** Faults of the names that requests call specialists by: reserved, taken, or for nothing that has a name. */
export function checkNames(config: EnvironmentConfig, selection: Selection, catalogue: Catalogue): readonly Finding[] {
  const { aliases } = config.routing;
  const { specialists } = selection;
  const served = new Set([
    ...specialists.flatMap(({ row }) => namesOf(row.name, [], row.adapters)),
    ...externalNames(config, selection),
  ]);
  return [
    ...publicNames(selection),
    ...Object.entries(aliases).flatMap(([alias, target]) => {
      const path = `polymath:routing.aliases.${alias}`;
      return [
        ...(served.has(alias) ? [shadowing(path, alias)] : []),
        ...targetFaults(config, selection, catalogue, path, target),
      ];
    }),
    ...nameCounts(config, selection),
  ];
}

/** First parts of paths that the gateway serves itself; a specialist's own paths begin with its name. */
const reservedNames: ReadonlySet<string> = new Set(["v1", "v1beta", "v2", "model"]);

function publicNames({ specialists }: Selection): readonly Finding[] {
  const taken = new Map<string, string>();
  return specialists.flatMap(({ row, path }) => {
    const objectName = specialistName(row.name);
    const other = taken.get(objectName);
    taken.set(objectName, row.name);
    if (reservedNames.has(row.name)) {
      const allowed = `a name other than ${[...reservedNames].join(", ")}, which paths of the gateway begin with`;
      return [refusal("reserved-name", path, `"${row.name}"`, allowed, "give it another name")];
    }
    if (other === undefined) return [];
    const given =
      other === row.name
        ? `two specialists called "${row.name}"`
        : `"${row.name}" and "${other}", whose objects would both be called "${objectName}"`;
    const allowed = "public names that are unique in the environment";
    return [refusal("duplicate-name", path, given, allowed, "give one of them another name")];
  });
}

const shadowing = (path: string, alias: string): Finding =>
  refusal("alias-shadows-name", path, `"${alias}"`, "a name that no specialist has", "remove the alias or rename it");

/** What is wrong with the specialist that an alias stands for. */
function targetFaults(
  config: EnvironmentConfig,
  selection: Selection,
  catalogue: Catalogue,
  path: string,
  target: string,
): readonly Finding[] {
  const found = selection.specialists.find(({ row }) => row.name === target);
  if (found) {
    if (found.model.api.kind !== "rest") return [];
    const given = `"${target}", which is routed by path`;
    const allowed = "a specialist with an OpenAI-compatible API";
    return [refusal("alias-without-model-field", path, given, allowed, "remove the alias")];
  }
  const external = aliasToExternal(config, selection, path, target);
  if (external) return [external];
  const names = new Set(selection.specialists.map(({ row }) => row.name));
  const allowed = [...names].join(", ") || "none: no specialist is selected";
  const home = [...catalogue.bundles.values()].find((bundle) => bundle.specialists.includes(target));
  return home
    ? [
        refusal(
          "specialist-not-selected",
          path,
          `"${target}"`,
          allowed,
          `add ${home.id} to polymath:bundles, or remove it`,
        ),
      ]
    : [refusal("unknown-specialist", path, `"${target}"`, allowed, suggest(target, names))];
}

/** Most matches of a rule of an HTTPRoute: one for each name of a specialist. */
const mostNames = 64;

const nameCounts = (config: EnvironmentConfig, { specialists }: Selection): readonly Finding[] =>
  specialists.flatMap(({ row, path }) => {
    const others = aliasesOf(config, row.name);
    const count = namesOf(row.name, others, row.adapters).length;
    return count > mostNames
      ? [
          refusal(
            "too-many-names",
            path,
            `${count} names of ${row.name}, with ${others.length} aliases and ${row.adapters.length} adapters`,
            `at most ${mostNames}, the matches of one route`,
            "take some away, or share them between two specialists on the same model",
          ),
        ]
      : [];
  });
