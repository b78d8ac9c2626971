import { credentials } from "../catalogue/credentials.ts";
import type { Catalogue } from "../catalogue/types/index.ts";
import { refusal, type Finding } from "../config/finding.ts";
import { nearest, suggest } from "../config/nearest.ts";
import type { EnvironmentConfig } from "../config/schema.ts";
import { aliasToExternal, checkExternal, externalNames } from "./external.ts";
import { checkLicences } from "./licences.ts";
import { specialistName } from "./names.ts";
import { namesOf } from "./customisation.ts";
import type { Selection } from "./select.ts";
import { checkRegistries } from "./registries.ts";
import { checkCustomisation } from "./slots.ts";
import type { SecretNeed } from "./types.ts";

/** Checks of what was selected that need no placement. */
export function checkSelection(
  config: EnvironmentConfig,
  selection: Selection,
  catalogue: Catalogue,
): readonly Finding[] {
  return [
    ...publicNames(selection),
    ...aliases(config, selection, catalogue),
    ...contexts(selection),
    ...checkCustomisation(selection),
    ...checkRegistries(config, selection),
    ...checkLicences(config, selection, catalogue),
    ...checkExternal(config, selection, catalogue),
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

function aliases(config: EnvironmentConfig, selection: Selection, catalogue: Catalogue): readonly Finding[] {
  const { specialists } = selection;
  const findings: Finding[] = [];
  const names = new Set(specialists.map(({ row }) => row.name));
  const served = new Set([
    ...specialists.flatMap(({ row }) => namesOf(row.name, [], row.adapters)),
    ...externalNames(config, selection),
  ]);
  for (const [alias, target] of Object.entries(config.routing.aliases)) {
    const path = `polymath:routing.aliases.${alias}`;
    if (served.has(alias))
      findings.push(
        refusal(
          "alias-shadows-name",
          path,
          `"${alias}"`,
          "a name that no specialist has",
          "remove the alias or rename it",
        ),
      );
    const found = specialists.find(({ row }) => row.name === target);
    const external = found ? undefined : aliasToExternal(config, selection, path, target);
    if (external) {
      findings.push(external);
      continue;
    }
    const allowed = [...names].join(", ") || "none: no specialist is selected";
    const home = [...catalogue.bundles.values()].find((bundle) => bundle.specialists.includes(target));
    if (!found && home)
      findings.push(
        refusal(
          "specialist-not-selected",
          path,
          `"${target}"`,
          allowed,
          `add ${home.id} to polymath:bundles, or remove it`,
        ),
      );
    else if (!found) findings.push(refusal("unknown-specialist", path, `"${target}"`, allowed, suggest(target, names)));
    else if (found.model.api.kind === "rest") {
      findings.push(
        refusal(
          "alias-without-model-field",
          path,
          `"${target}", which is routed by path`,
          "a specialist with an OpenAI-compatible API",
          "remove the alias",
        ),
      );
    }
  }
  return findings;
}

const contexts = ({ specialists }: Selection): readonly Finding[] =>
  specialists.flatMap(({ row, model, path }) =>
    row.context !== null && model.maxContext !== null && row.context > model.maxContext
      ? [
          refusal(
            "context-too-long",
            `${path}.context`,
            `${row.context} tokens for ${row.name}`,
            `at most ${model.maxContext} tokens, the model's own limit`,
            `ask for at most ${model.maxContext}`,
          ),
        ]
      : [],
  );

const clientPrefix = "client-";

/** Keys under `polymath:secrets` that the selection needs. */
export function secretNeeds(config: EnvironmentConfig, { specialists, providers }: Selection): readonly SecretNeed[] {
  const needs = new Map<string, string[]>();
  const bearers = Map.groupBy(providers, ({ provider }) => provider.credential);
  for (const { row, model } of specialists) {
    for (const credential of model.credentials) needs.set(credential, [...(needs.get(credential) ?? []), row.name]);
  }
  return [
    ...[...needs].map(([key, names]) => ({ key, reason: `weights or images of ${names.join(", ")}` })),
    ...[...bearers].map(([key, of]) => ({
      key,
      reason: `bearer token of ${of.map(({ provider }) => provider.id).join(", ")}`,
    })),
    ...(config.routing.auth?.apiKey.clients ?? []).map((client) => ({
      key: `${clientPrefix}${client}`,
      reason: `API key of the client ${client}`,
    })),
  ].sort((a, b) => (a.key < b.key ? -1 : 1));
}

const notNeeded = (key: string, known: readonly string[]): string => {
  const hit = nearest(key, known);
  return hit === undefined ? `remove "${key}"` : `did you mean "${hit}"?`;
};

/** Secrets that are missing, unknown or in clear. A rehearsal brings its own, so there nothing is asked for. */
export function checkSecrets(
  environment: string,
  config: EnvironmentConfig,
  needs: readonly SecretNeed[],
): readonly Finding[] {
  const known = needs.map(({ key }) => key);
  const set = (key: string) => `pulumi config set --secret --path 'polymath:secrets.${key}' --stack ${environment}`;
  const missing =
    config.cluster.kind === "rehearsal"
      ? []
      : needs
          .filter(({ key }) => !Object.hasOwn(config.secrets, key))
          .map(({ key, reason }) =>
            refusal("secret-missing", `polymath:secrets.${key}`, "nothing", `a secret (${reason})`, `run: ${set(key)}`),
          );
  const wrong = Object.entries(config.secrets).flatMap(([key, value]) => {
    const path = `polymath:secrets.${key}`;
    if (!known.includes(key)) {
      const allowed = known.join(", ") || "none: no secret is needed";
      return Object.hasOwn(credentials, key) || key.startsWith(clientPrefix)
        ? [refusal("secret-not-needed", path, `"${key}"`, allowed, notNeeded(key, known))]
        : [refusal("unknown-secret", path, `"${key}"`, allowed, suggest(key, known))];
    }
    return typeof value === "string"
      ? [
          refusal(
            "secret-in-clear",
            path,
            "a value in clear text",
            "an encrypted value",
            `withdraw the value, then run: ${set(key)}`,
          ),
        ]
      : [];
  });
  return [...missing, ...wrong];
}

/** A public endpoint without authentication is refused everywhere but in the environment called local. */
export function checkAuthentication(environment: string, config: EnvironmentConfig): readonly Finding[] {
  if (config.routing.auth !== undefined || environment === "local") return [];
  return [
    refusal(
      "no-authentication",
      "polymath:routing.auth",
      "nothing: anybody who reaches the gateway could use every specialist",
      "auth.apiKey with at least one client",
      "write polymath:routing: { auth: { apiKey: { clients: [NAME] } } } and set the client's key as a secret",
    ),
  ];
}

/** The monthly cost against the ceiling. */
export function checkBudget(config: EnvironmentConfig, usdPerMonth: number): readonly Finding[] {
  const ceiling = config.budget?.usdPerMonth.ceiling;
  if (ceiling === undefined || usdPerMonth <= ceiling) return [];
  return [
    refusal(
      "budget-exceeded",
      "polymath:budget.usdPerMonth.ceiling",
      `GPU nodes cost ${usdPerMonth.toFixed(2)} US dollars per month`,
      `at most ${ceiling.toFixed(2)}`,
      "select fewer specialists or replicas, or raise the ceiling",
    ),
  ];
}
