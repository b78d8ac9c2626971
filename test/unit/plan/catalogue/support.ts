import { catalogue } from "../../../../catalogue/index.ts";
import type { Bundle, Catalogue, Model, Provider, SpecialistRow } from "../../../../catalogue/types/index.ts";
import { modelWith } from "../support.ts";

/** Fin-R1 under its own id, with facts that a test says: what it is sized by stays as it is in the catalogue. */
export const model = (id: string, changes: Partial<Model> = {}): Model =>
  modelWith("fin-r1", { id, newer: { versions: [], row: null }, ...changes });

export const specialist = (name: string, changes: Partial<SpecialistRow> = {}): SpecialistRow => ({
  name,
  model: name,
  context: 4_096,
  concurrency: 1,
  replicas: 1,
  revision: "unresolved",
  adapters: [],
  settings: null,
  slot: null,
  ...changes,
});

export const bundle = (id: string, changes: Partial<Bundle> = {}): Bundle => ({
  id,
  variantOf: null,
  aliases: [],
  title: id,
  specialists: [],
  providers: [],
  governance: { dataClasses: ["public"], regulations: [], externalProviders: true, humanReview: false },
  read: "2026-11-23",
  ...changes,
});

export const provider = (id: string, changes: Partial<Provider> = {}): Provider => ({
  id,
  title: id,
  publisher: "Example",
  host: "api.example.com",
  region: null,
  api: {
    kind: "chat",
    paths: [{ path: "/v1/chat/completions", target: "/v1/chat/completions", dialect: "chat-completions" }],
  },
  credential: "openai",
  model: `${id}-large`,
  licences: ["apache-2.0"],
  newer: { versions: [], row: null },
  notes: "",
  sources: ["https://example.com"],
  evidence: "vendor",
  read: "2026-11-23",
  ...changes,
});

const keyed = <Row>(rows: readonly Row[], keyOf: (row: Row) => string) => new Map(rows.map((row) => [keyOf(row), row]));

/** The kit's hardware, runtimes and licences, with these models, specialists, bundles and providers alone. */
export const catalogueOf = (rows: {
  readonly models: readonly Model[];
  readonly specialists: readonly SpecialistRow[];
  readonly bundles: readonly Bundle[];
  readonly providers?: readonly Provider[];
}): Catalogue => ({
  ...catalogue,
  models: keyed(rows.models, ({ id }) => id),
  specialists: keyed(rows.specialists, ({ name }) => name),
  bundles: keyed(rows.bundles, ({ id }) => id),
  providers: keyed(rows.providers ?? [], ({ id }) => id),
  keptOut: [],
});
