import { credentials } from "../catalogue/credentials.ts";
import type { Catalogue, CredentialId } from "../catalogue/types/index.ts";
import { refusal, type Finding } from "../config/finding.ts";
import { nearest, suggest } from "../config/nearest.ts";
import type { EnvironmentConfig } from "../config/schema.ts";
import { checkExternal } from "./external.ts";
import { checkLicences } from "./licences.ts";
import { checkNames } from "./public-names.ts";
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
    ...checkNames(config, selection, catalogue),
    ...contexts(selection),
    ...checkCustomisation(selection),
    ...checkRegistries(config, selection),
    ...checkLicences(config, selection, catalogue),
    ...checkExternal(config, selection, catalogue),
  ];
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
  const clients = config.routing.auth?.apiKey.clients ?? [];
  const reasons = Map.groupBy(
    [
      ...usesOf(
        "weights or images",
        specialists.flatMap(({ row, model }) => model.credentials.map((id) => [id, row.name])),
      ),
      ...usesOf(
        "bearer token",
        providers.map(({ provider }) => [provider.credential, provider.id]),
      ),
      ...clients.map((client) => ({ key: `${clientPrefix}${client}`, reason: `API key of the client ${client}` })),
    ],
    ({ key }) => key,
  );
  return [...reasons]
    .map(([key, needs]) => ({ key, reason: needs.map(({ reason }) => reason).join("; ") }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** One need for each credential, with the names of those that have it. */
const usesOf = (what: string, uses: readonly (readonly [CredentialId, string])[]): readonly SecretNeed[] =>
  [...Map.groupBy(uses, ([id]) => id)].map(([key, of]) => ({
    key,
    reason: `${what} of ${of.map(([, name]) => name).join(", ")}`,
  }));

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
