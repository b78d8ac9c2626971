import type { Catalogue, LicenceId, Model, Newer } from "../../catalogue/types/index.ts";
import { RefusedError, type Finding } from "../../config/finding.ts";
import type { Environment } from "../../config/load.ts";
import { servedOffer } from "../attention.ts";
import { withoutEchoes } from "../echoes.ts";
import type { Lock } from "../lock.ts";
import { select, type Selected, type SelectedProvider } from "../select.ts";
import { solveLock } from "../solve-lock.ts";
import type { Gpus } from "./entries.ts";
import { staleRows, type StaleRow } from "./stale.ts";
import { newerVersions } from "./versions.ts";

/** What a change of rows can change for those who run or call a specialist. */
export interface Facts {
  /** Id of the row; of an external provider, the model that the row names. */
  readonly model: string;
  /** null: nothing of it runs in the cluster. */
  readonly image: string | null;
  readonly runtime: string | null;
  /** All GPUs together; null where not published. */
  readonly weightsGiB: number | null;
  /** Of one replica; null where it cannot be placed. */
  readonly gpus: Gpus | null;
  /** Its share of its pool's nodes, by replicas; null where it cannot be placed. */
  readonly usdPerHour: number | null;
  /** Tokens per request. */
  readonly context: number | null;
  /** Tokens that the model could be asked for. */
  readonly maxContext: number | null;
  readonly licences: readonly string[];
  readonly api: { readonly kind: string; readonly paths: readonly string[] };
}

/** A specialist or external provider of the environment that the catalogue knows something newer for. */
export interface OutdatedEntry {
  readonly name: string;
  /** Newer tags of its image, or versions of its weights, with which no row has its facts yet. */
  readonly versions: readonly string[];
  readonly now: Facts;
  /** With the newest row in its place and all else as it is; null: there is no newer row. */
  readonly newer: Facts | null;
  /** Licences of the newer row that the environment would have to accept. */
  readonly toAccept: readonly string[];
  /** Why the environment would be refused with it. */
  readonly findings: readonly Finding[];
}

/** The row at the end of the chain of newer ones; undefined where there is none. @throws Error for a newer row that is missing. */
function newestOf<Row extends { readonly id: string; readonly newer: Newer }>(
  row: Row,
  rows: ReadonlyMap<string, Row>,
): Row | undefined {
  const seen = new Set([row.id]);
  let newest = row;
  while (newest.newer.row !== null && !seen.has(newest.newer.row)) {
    const next = rows.get(newest.newer.row);
    if (!next)
      throw new Error(`The row ${newest.id} of the catalogue names the newer row ${newest.newer.row}, which is none.`);
    seen.add(next.id);
    newest = next;
  }
  return newest === row ? undefined : newest;
}

/** An environment and a catalogue in which one specialist has another model, its licences accepted. */
function withModel(
  { name, config }: Environment,
  kit: Catalogue,
  { row }: Selected,
  model: Model,
): { readonly environment: Environment; readonly catalogue: Catalogue } {
  const governance = {
    ...config.governance,
    acceptLicences: [...new Set([...config.governance.acceptLicences, ...model.licences])],
  };
  const own = config.specialists[row.name];
  if (own) {
    const specialists = { ...config.specialists, [row.name]: { ...own, model: model.id } };
    return { environment: { name, config: { ...config, governance, specialists } }, catalogue: kit };
  }
  const successor = [...kit.specialists.values()].find((one) => one.model === model.id);
  const next = { ...(successor ?? { ...row, context: model.maxContext }), name: row.name, model: model.id };
  return {
    environment: { name, config: { ...config, governance } },
    catalogue: { ...kit, specialists: new Map(kit.specialists).set(row.name, next) },
  };
}

const selectedIn = ({ config }: Environment, kit: Catalogue): readonly Selected[] => select(config, kit).specialists;

/** @param lock undefined where the environment cannot be placed. */
function factsOf(name: string, specialists: readonly Selected[], lock: Lock | undefined, catalogue: Catalogue): Facts {
  const found = specialists.find(({ row }) => row.name === name);
  if (!found) throw new Error(`${name} was selected, and is not any more once its model is another one.`);
  const { row, model } = found;
  const poolName = lock?.specialists[name]?.pool;
  const pool = lock?.pools.find((one) => one.name === poolName);
  const type = catalogue.instances.find((one) => one.name === pool?.instanceType);
  const replicas = specialists
    .filter((one) => lock?.specialists[one.row.name]?.pool === poolName)
    .reduce((sum, one) => sum + one.row.replicas, 0);
  return {
    model: model.id,
    image: `${model.image.repository}:${model.image.tag}`,
    runtime: model.runtime,
    weightsGiB: servedOffer(model).weightsGiB,
    gpus: pool && type ? { kind: type.accelerator, count: pool.gpusPerReplica } : null,
    usdPerHour: pool ? Math.round(((pool.nodes * pool.usdPerHour * row.replicas) / replicas) * 1e4) / 1e4 : null,
    context: row.context,
    maxContext: model.maxContext,
    licences: model.licences,
    api: { kind: model.api.kind, paths: model.api.paths },
  };
}

/** Solves, or says why not. */
function attempt(
  environment: Environment,
  catalogue: Catalogue,
  old: Lock,
): { readonly lock: Lock | undefined; readonly findings: readonly Finding[] } {
  try {
    return { lock: solveLock(environment, catalogue, old).lock, findings: [] };
  } catch (error) {
    if (error instanceof RefusedError) return { lock: undefined, findings: error.findings };
    throw error;
  }
}

/** A controller that newer versions are known of. */
export interface OutdatedController {
  readonly id: string;
  readonly version: string;
  readonly versions: readonly string[];
}

/** What an environment runs that the catalogue knows something newer for, and what was read long ago. */
export interface Outdated {
  readonly entries: readonly OutdatedEntry[];
  readonly controllers: readonly OutdatedController[];
  readonly stale: readonly StaleRow[];
}

/**
 * Compares what an environment runs with the newest rows. What a newer row would change is what the planner makes of the environment
 * with it; what else is placed stays where it can.
 * @param lock the environment's lock, where it has one.
 * @param today ISO 8601 day.
 * @throws RefusedError with every finding when the environment is refused as it stands.
 */
export function outdated(environment: Environment, kit: Catalogue, lock: Lock | undefined, today: string): Outdated {
  const selection = select(environment.config, kit);
  const faults = [...(environment.faults ?? []), ...selection.findings];
  if (faults.some(({ severity }) => severity === "error"))
    throw new RefusedError(environment.name, withoutEchoes(faults));
  return {
    entries: [
      ...outdatedSpecialists(environment, kit, selection.specialists, lock),
      ...outdatedProviders(environment, kit, selection.providers),
    ],
    controllers: Object.values(kit.controllers).flatMap(({ id, version, newer: { versions } }) =>
      versions.length > 0 ? [{ id, version, versions }] : [],
    ),
    stale: staleRows(selection, selection.catalogue, lock, today),
  };
}

const notAccepted = (licences: readonly LicenceId[], { config }: Environment, { licences: rows }: Catalogue) =>
  licences.filter((id) => rows[id].needsAcceptance && !config.governance.acceptLicences.includes(id));

function outdatedSpecialists(
  environment: Environment,
  kit: Catalogue,
  specialists: readonly Selected[],
  lock: Lock | undefined,
): readonly OutdatedEntry[] {
  const found = specialists.flatMap((selected) => {
    const newest = newestOf(selected.model, kit.models);
    const versions = newerVersions(selected.model, kit);
    return newest || versions.length > 0 ? [{ selected, newest, versions }] : [];
  });
  if (found.length === 0) return [];
  const present = solveLock(environment, kit, lock).lock;
  return found.map(({ selected, newest, versions }): OutdatedEntry => {
    const { row } = selected;
    const entry = {
      name: row.name,
      versions,
      now: factsOf(row.name, specialists, present, kit),
    };
    if (!newest) return { ...entry, newer: null, toAccept: [], findings: [] };
    const other = withModel(environment, kit, selected, newest);
    const future = attempt(other.environment, other.catalogue, present);
    return {
      ...entry,
      newer: factsOf(row.name, selectedIn(other.environment, other.catalogue), future.lock, kit),
      toAccept: notAccepted(newest.licences, environment, kit),
      findings: future.findings,
    };
  });
}

function outdatedProviders(
  environment: Environment,
  kit: Catalogue,
  providers: readonly SelectedProvider[],
): readonly OutdatedEntry[] {
  const facts = ({ model, licences, api }: SelectedProvider["provider"]): Facts => ({
    model,
    image: null,
    runtime: null,
    weightsGiB: null,
    gpus: null,
    usdPerHour: null,
    context: null,
    maxContext: null,
    licences,
    api: { kind: api.kind, paths: api.paths.map(({ path }) => path) },
  });
  return providers.flatMap(({ provider }): OutdatedEntry[] => {
    const newest = newestOf(provider, kit.providers);
    const { versions } = provider.newer;
    if (!newest && versions.length === 0) return [];
    const newer = newest ? facts(newest) : null;
    const toAccept = newest ? notAccepted(newest.licences, environment, kit) : [];
    return [{ name: provider.id, versions, now: facts(provider), newer, toAccept, findings: [] }];
  });
}
