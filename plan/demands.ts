import type { AcceleratorKind, Catalogue } from "../catalogue/types/index.ts";
import type { Finding } from "../config/finding.ts";
import { suggest } from "../config/nearest.ts";
import type { EnvironmentConfig } from "../config/schema.ts";
import type { Demand } from "./placement.ts";
import type { Selected } from "./select.ts";
import { sizeOn, type Fit } from "./sizing.ts";

/** Host memory beside /dev/shm that a language model's server takes, GiB per GPU, where nothing is published. */
const defaultMemoryGiB = 8;
const defaultCpu = 2;

/** CPU and memory of one replica. */
export function hostResources(
  { model, runtime }: Selected,
  gpus: number,
): { readonly cpuMilli: number; readonly memoryMiB: number } {
  const memoryGiB = (model.memoryGiB ?? defaultMemoryGiB * gpus) + (model.shmGiB ?? runtime.shmGiB);
  return { cpuMilli: Math.ceil((model.cpu ?? defaultCpu * gpus) * 1000), memoryMiB: Math.ceil(memoryGiB * 1024) };
}

/** GPU kinds that the stack allows, and a finding for each name that is none. */
export function allowedKinds(
  config: EnvironmentConfig,
  catalogue: Catalogue,
): { readonly kinds: readonly AcceleratorKind[]; readonly findings: readonly Finding[] } {
  const all = Object.values(catalogue.accelerators).map(({ kind }) => kind);
  const findings = (config.pools.allow ?? []).flatMap((name, index): Finding[] =>
    all.some((kind) => kind === name)
      ? []
      : [
          {
            rule: "unknown-gpu",
            severity: "error",
            path: `polymath:pools.allow[${index}]`,
            given: `"${name}"`,
            allowed: all.join(", "),
            fix: suggest(name, all),
          },
        ],
  );
  return {
    kinds: config.pools.allow === undefined ? all : all.filter((kind) => config.pools.allow?.includes(kind)),
    findings,
  };
}

/** Sizes one specialist on every allowed GPU kind. */
export function fitsOf(
  selected: Selected,
  kinds: readonly AcceleratorKind[],
  catalogue: Catalogue,
): ReadonlyMap<AcceleratorKind, Fit> {
  const { model, runtime, row } = selected;
  return new Map(kinds.map((kind) => [kind, sizeOn(model, runtime, row, catalogue.accelerators[kind])]));
}

/** The solver's input for one specialist, or a finding when no allowed GPU holds it. */
export function demandOf(
  selected: Selected,
  kinds: readonly AcceleratorKind[],
  catalogue: Catalogue,
): { readonly demand?: Demand; readonly finding?: Finding } {
  // Not one name in polymath:pools.allow is a GPU's: told by allowedKinds.
  if (kinds.length === 0) return {};
  const { row } = selected;
  const fits = fitsOf(selected, kinds, catalogue);
  const on = new Map(
    [...fits].flatMap(([kind, fit]) =>
      fit.fits ? [[kind, { gpus: fit.gpus, ...hostResources(selected, fit.gpus) }] as const] : [],
    ),
  );
  if (on.size > 0) return { demand: { specialist: row.name, replicas: row.replicas, on } };
  const others = Object.values(catalogue.accelerators)
    .map(({ kind }) => kind)
    .filter((kind) => !kinds.includes(kind) && fitsOf(selected, [kind], catalogue).get(kind)?.fits);
  const reasons = [...fits].map(([kind, fit]) => `${kind}: ${fit.fits ? "fits" : fit.reason}`);
  return {
    finding: {
      rule: "no-gpu-fits",
      severity: "error",
      path: selected.path,
      given: `${row.name} fits none of the allowed GPUs (${reasons.join("; ")})`,
      allowed: others.length > 0 ? `it fits ${others.join(", ")}` : "no GPU of the catalogue holds it as asked",
      fix:
        others.length > 0
          ? `add ${others[0]} to polymath:pools.allow, or ask for less context or concurrency`
          : "ask for less context or concurrency, or leave the specialist out",
    },
  };
}

/** The solver's input for these specialists, and a finding for each that no allowed GPU holds. */
export function demandsOf(
  specialists: readonly Selected[],
  kinds: readonly AcceleratorKind[],
  catalogue: Catalogue,
): { readonly demands: readonly Demand[]; readonly findings: readonly Finding[] } {
  const results = specialists.map((selected) => demandOf(selected, kinds, catalogue));
  return {
    demands: results.flatMap(({ demand }) => demand ?? []),
    findings: results.flatMap(({ finding }) => finding ?? []),
  };
}
