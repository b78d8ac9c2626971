import type {
  AcceleratorKind,
  ApiKind,
  Bundle,
  Catalogue,
  Evidence,
  LicenceId,
  Model,
  Provider,
  RuntimeId,
  SpecialistRow,
} from "../../catalogue/types/index.ts";
import { sizeOn, type Ask, type Fit } from "../sizing.ts";

/** GPUs of one kind that hold one replica. */
export interface Gpus {
  readonly kind: AcceleratorKind;
  readonly count: number;
}

/** One line of the catalogue's list: a specialist, a model that no specialist serves by itself, or an external provider. */
export interface Entry {
  readonly name: string;
  readonly kind: "specialist" | "model" | "external";
  /** Ids of the bundles that have it. */
  readonly domains: readonly string[];
  readonly api: ApiKind;
  /** null: nothing of it runs in the cluster. */
  readonly runtime: RuntimeId | null;
  readonly licences: readonly LicenceId[];
  /** Every kind that holds it, the smallest first; none for an external provider. */
  readonly gpus: readonly Gpus[];
  /** Tokens per request as the row serves it; null where there is no context or the provider decides. */
  readonly context: number | null;
  /** Tokens that the model could be asked for. */
  readonly maxContext: number | null;
  readonly languages: readonly string[];
  readonly evidence: Evidence;
  /** What the organisation has to bring before it can be deployed; null: nothing. */
  readonly slot: string | null;
}

/** What a model without a specialist is sized for: what the planner asks for when a stack names it without figures. */
const defaultAsk = ({ maxContext }: Model): Ask => ({ context: maxContext, concurrency: 1 });

/** Sizes one replica on every GPU kind of the catalogue. */
export function fitsOn(
  model: Model,
  row: SpecialistRow | undefined,
  catalogue: Catalogue,
): readonly (readonly [AcceleratorKind, Fit])[] {
  const ask = row ?? defaultAsk(model);
  return Object.values(catalogue.accelerators).map(
    (gpu) => [gpu.kind, sizeOn(model, catalogue.runtimes[model.runtime], ask, gpu)] as const,
  );
}

/** The kinds that hold it, the least GPU memory first. */
function gpusOf(model: Model, row: SpecialistRow | undefined, catalogue: Catalogue): readonly Gpus[] {
  const memory = ({ kind, count }: Gpus) => count * catalogue.accelerators[kind].nominalGB;
  return fitsOn(model, row, catalogue)
    .flatMap(([kind, fit]): Gpus[] => (fit.fits ? [{ kind, count: fit.gpus }] : []))
    .toSorted((a, b) => memory(a) - memory(b) || a.count - b.count);
}

/** Bundles before their variants. */
const idsOf = (catalogue: Catalogue, has: (bundle: Bundle) => boolean): readonly string[] =>
  [...catalogue.bundles.values()]
    .filter(has)
    .toSorted((a, b) => Number(a.variantOf !== null) - Number(b.variantOf !== null))
    .map(({ id }) => id);

function modelEntry(model: Model, row: SpecialistRow | undefined, catalogue: Catalogue): Entry {
  return {
    name: row?.name ?? model.id,
    kind: row ? "specialist" : "model",
    domains: row ? idsOf(catalogue, ({ specialists }) => specialists.includes(row.name)) : [],
    api: model.api.kind,
    runtime: model.runtime,
    licences: model.licences,
    gpus: gpusOf(model, row, catalogue),
    context: row?.context ?? null,
    maxContext: model.maxContext,
    languages: model.languages,
    evidence: model.evidence,
    slot: row?.slot?.what ?? null,
  };
}

const providerEntry = (provider: Provider, catalogue: Catalogue): Entry => ({
  name: provider.id,
  kind: "external",
  domains: idsOf(catalogue, ({ providers }) => providers.includes(provider.id)),
  api: provider.api.kind,
  runtime: null,
  licences: provider.licences,
  gpus: [],
  context: null,
  maxContext: null,
  languages: [],
  evidence: provider.evidence,
  slot: null,
});

/** Everything that can be selected, by domain and name; what is in no bundle comes last. @throws Error for a specialist without a model. */
export function entriesOf(catalogue: Catalogue): readonly Entry[] {
  const specialists = [...catalogue.specialists.values()];
  const served = new Set(specialists.map(({ model }) => model));
  const entries = [
    ...specialists.map((row) => {
      const model = catalogue.models.get(row.model);
      if (!model) throw new Error(`The specialist ${row.name} names the model ${row.model}, which has no row.`);
      return modelEntry(model, row, catalogue);
    }),
    ...[...catalogue.models.values()]
      .filter(({ id }) => !served.has(id))
      .map((model) => modelEntry(model, undefined, catalogue)),
    ...[...catalogue.providers.values()].map((provider) => providerEntry(provider, catalogue)),
  ];
  const key = ({ domains, name }: Entry) => `${domains[0] ?? "\uffff"} ${name}`;
  return entries.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** What an entry has to be: one value of each list that is not empty. */
export interface Filter {
  readonly domain: readonly string[];
  readonly api: readonly string[];
  readonly licence: readonly string[];
  readonly gpu: readonly string[];
  readonly language: readonly string[];
}

/** The entries that pass every filter. With GPU kinds asked for, an entry shows those only. */
export function matching(entries: readonly Entry[], filter: Filter): readonly Entry[] {
  const meets = (wanted: readonly string[], has: readonly string[]) =>
    wanted.length === 0 || wanted.some((one) => has.includes(one));
  return entries.flatMap((entry) => {
    const gpus = entry.gpus.filter(({ kind }) => meets(filter.gpu, [kind]));
    const passes =
      meets(filter.domain, entry.domains) &&
      meets(filter.api, [entry.api]) &&
      meets(filter.licence, entry.licences) &&
      meets(filter.language, entry.languages) &&
      (filter.gpu.length === 0 || gpus.length > 0);
    return passes ? [{ ...entry, gpus }] : [];
  });
}
