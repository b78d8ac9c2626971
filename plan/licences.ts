import type { Catalogue, LicenceId } from "../catalogue/types/index.ts";
import { refusal, type Finding } from "../config/finding.ts";
import { suggest } from "../config/nearest.ts";
import type { EnvironmentConfig } from "../config/schema.ts";
import type { Selection } from "./select.ts";

const accepting = "polymath:governance.acceptLicences";

/** Licences that are unknown, not accepted, or not for the environment's use; and a warning for each model that no source vouches for. */
export function checkLicences(
  config: EnvironmentConfig,
  selection: Selection,
  catalogue: Catalogue,
): readonly Finding[] {
  const { acceptLicences: accepted, use } = config.governance;
  const findings: Finding[] = [...unknown(accepted, catalogue)];
  for (const [id, names] of usersOf(selection)) {
    const { title, sources, commercialUse, needsAcceptance } = catalogue.licences[id];
    const users = `${names.join(", ")} come${names.length === 1 ? "s" : ""} under "${title}"`;
    const isAccepted = !needsAcceptance || accepted.includes(id);
    const accept = `read ${sources.join(" and ")}, then add "${id}" to ${accepting}`;
    if (commercialUse === "no" && use === "commercial") {
      const research = `where nothing here is commercial, set polymath:governance.use to research`;
      findings.push(
        refusal(
          "non-commercial-licence",
          "polymath:governance.use",
          `${users}, which allows no commercial use`,
          "licences that allow commercial use; others where use is research",
          `leave ${names.join(", ")} out; or, ${research}${isAccepted ? "" : `, ${accept}`}`,
        ),
      );
    } else if (!isAccepted) {
      const given = `${users}, which this environment has not accepted`;
      findings.push(refusal("licence-not-accepted", accepting, given, `acceptLicences with ${id}`, accept));
    }
  }
  return [...findings, ...unverified(selection)];
}

function unknown(accepted: readonly string[], catalogue: Catalogue): readonly Finding[] {
  const known = Object.keys(catalogue.licences);
  return accepted.flatMap((id, index) =>
    known.includes(id)
      ? []
      : [refusal("unknown-licence", `${accepting}[${index}]`, `"${id}"`, known.join(", "), suggest(id, known))],
  );
}

/** Names of the specialists and providers under each licence. */
function usersOf({ specialists, providers }: Selection): ReadonlyMap<LicenceId, readonly string[]> {
  const users = new Map<LicenceId, string[]>();
  const note = (name: string, licences: readonly LicenceId[]) => {
    for (const id of licences) users.set(id, [...(users.get(id) ?? []), name]);
  };
  for (const { row, model } of specialists) note(row.name, model.licences);
  for (const { provider } of providers) note(provider.id, provider.licences);
  return users;
}

const unverified = ({ specialists }: Selection): readonly Finding[] =>
  specialists.flatMap(({ row, model, path }) =>
    model.evidence === "unverified"
      ? [
          {
            rule: "unverified-model",
            severity: "warning" as const,
            path,
            given: `${row.name}, whose model ${model.id} rests on facts that no source confirms`,
            allowed: "a model whose facts are measured, from its vendor, or estimated from such",
            fix: `check size, licence and API against ${model.sources.join(" and ")} before you rely on it`,
          },
        ]
      : [],
  );
