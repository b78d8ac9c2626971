import { describe, expect, test } from "vitest";
import { catalogue } from "../../../catalogue/index.ts";
import type {
  Bundle,
  Catalogue,
  Evidence,
  LicenceId,
  Model,
  Provider,
  SpecialistRow,
} from "../../../catalogue/types/index.ts";
import { checkLicences } from "../../../plan/licences.ts";
import { select } from "../../../plan/select.ts";
import { error } from "../config/support.ts";
import { environmentOf, modelWith } from "./support.ts";

type Keys = Readonly<Record<string, unknown>>;

const path = "polymath:governance.acceptLicences";

const model = (id: string, licences: readonly LicenceId[], evidence: Evidence = "vendor"): Model =>
  modelWith("fin-r1", { id, licences, evidence, sources: [`https://example.org/${id}`, `owner/${id} README.md`] });
const models = [
  model("open", ["apache-2.0", "mit"]),
  model("gated", ["hai-def"]),
  model("packed", ["nvidia-ai-product-agreement", "hai-def"]),
  model("study", ["writer-open-model"]),
  model("rumour", ["mit"], "unverified"),
];
const specialist = ({ id }: Model): SpecialistRow => ({
  name: id,
  model: id,
  context: null,
  concurrency: 1,
  replicas: 1,
  revision: "unresolved",
  adapters: [],
  settings: null,
  slot: null,
});
const provider: Provider = {
  id: "elsewhere",
  title: "Elsewhere",
  publisher: "Somebody",
  host: "api.example.org",
  region: null,
  api: { kind: "chat", paths: [] },
  credential: "openai",
  model: "big",
  licences: ["aws-service-terms"],
  newer: { versions: [], row: null },
  notes: "",
  sources: ["https://example.org/api"],
  evidence: "vendor",
  read: "2026-11-23",
};
const bundle = (id: string, specialists: readonly string[], providers: readonly string[] = []): Bundle => ({
  id,
  variantOf: null,
  aliases: [],
  title: id,
  specialists,
  providers,
  governance: { dataClasses: ["public"], regulations: [], externalProviders: true, humanReview: false },
  read: "2026-11-23",
});
/** One bundle for each model, and more. */
const bundles = [
  ...models.map(({ id }) => bundle(id, [id])),
  bundle("clinic", ["gated", "packed"]),
  bundle("outside", [], ["elsewhere"]),
];
const facts: Catalogue = {
  ...catalogue,
  models: new Map(models.map((row) => [row.id, row])),
  specialists: new Map(models.map((row) => [row.id, specialist(row)])),
  providers: new Map([[provider.id, provider]]),
  bundles: new Map(bundles.map((row) => [row.id, row])),
};
const titleOf = (id: LicenceId) => catalogue.licences[id].title;
const reading = (id: LicenceId) =>
  `read ${catalogue.licences[id].sources.join(" and ")}, then add "${id}" to polymath:governance.acceptLicences`;

function checked(selected: readonly string[], governance: Keys = {}) {
  const { config } = environmentOf({ bundles: selected, governance });
  return checkLicences(config, select(config, facts), facts);
}

describe("licences", () => {
  test("without conditions need no acceptance", () => {
    expect(checked(["open"])).toEqual([]);
  });

  test("that need acceptance are told once each, with everyone under them and where to read them", () => {
    expect(checked(["clinic"])).toEqual([
      error(
        "licence-not-accepted",
        path,
        `gated, packed come under "${titleOf("hai-def")}", which this environment has not accepted`,
        "acceptLicences with hai-def",
        reading("hai-def"),
      ),
      error(
        "licence-not-accepted",
        path,
        `packed comes under "${titleOf("nvidia-ai-product-agreement")}", which this environment has not accepted`,
        "acceptLicences with nvidia-ai-product-agreement",
        reading("nvidia-ai-product-agreement"),
      ),
    ]);
  });

  test("that are accepted are told no more", () => {
    const findings = checked(["clinic"], { acceptLicences: ["hai-def"] });
    expect(findings.map(({ allowed }) => allowed)).toEqual(["acceptLicences with nvidia-ai-product-agreement"]);
    expect(checked(["clinic"], { acceptLicences: ["nvidia-ai-product-agreement", "hai-def"] })).toEqual([]);
  });

  test("of external providers count too", () => {
    expect(checked(["outside"])).toEqual([
      error(
        "licence-not-accepted",
        path,
        `elsewhere comes under "${titleOf("aws-service-terms")}", which this environment has not accepted`,
        "acceptLicences with aws-service-terms",
        reading("aws-service-terms"),
      ),
    ]);
  });

  test("that the catalogue does not know are refused", () => {
    expect(checked(["open"], { acceptLicences: ["hai-def", "llama3.2-community"] })).toEqual([
      error(
        "unknown-licence",
        `${path}[1]`,
        '"llama3.2-community"',
        Object.keys(catalogue.licences).join(", "),
        'did you mean "llama-3.2-community"?',
      ),
    ]);
  });
});

describe("licences that allow no commercial use", () => {
  const refused = (fix: string) => [
    error(
      "non-commercial-licence",
      "polymath:governance.use",
      `study comes under "${titleOf("writer-open-model")}", which allows no commercial use`,
      "licences that allow commercial use; others where use is research",
      fix,
    ),
  ];
  const research = "leave study out; or, where nothing here is commercial, set polymath:governance.use to research";

  test("are refused in a commercial environment, which is the default", () => {
    expect(checked(["study", "open"])).toEqual(refused(`${research}, ${reading("writer-open-model")}`));
    expect(checked(["study"], { use: "commercial", acceptLicences: ["writer-open-model"] })).toEqual(refused(research));
  });

  test("deploy for research once they are accepted", () => {
    expect(checked(["study"], { use: "research" }).map(({ rule, fix }) => [rule, fix])).toEqual([
      ["licence-not-accepted", reading("writer-open-model")],
    ]);
    expect(checked(["study"], { use: "research", acceptLicences: ["writer-open-model"] })).toEqual([]);
  });
});

test("a model whose facts no source confirms gives a warning, with where to look", () => {
  expect(checked(["open", "rumour"])).toEqual([
    {
      rule: "unverified-model",
      severity: "warning",
      path: "polymath:bundles[1]",
      given: "rumour, whose model rumour rests on facts that no source confirms",
      allowed: "a model whose facts are measured, from its vendor, or estimated from such",
      fix: "check size, licence and API against https://example.org/rumour and owner/rumour README.md before you rely on it",
    },
  ]);
});
