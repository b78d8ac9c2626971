import type { Bundle, KeptOut, Regulation, RegulationId } from "./bundle.ts";
import type { Licence, LicenceId, Sourced } from "./common.ts";
import type { Controller, ControllerId } from "./controller.ts";
import type { Accelerator, AcceleratorKind, InstanceType } from "./hardware.ts";
import type { Model } from "./model.ts";
import type { Provider } from "./provider.ts";
import type { Runtime, RuntimeId } from "./runtime.ts";
import type { SpecialistRow } from "./specialist.ts";

export type * from "./bundle.ts";
export type * from "./common.ts";
export type * from "./controller.ts";
export type * from "./hardware.ts";
export type * from "./model.ts";
export type * from "./provider.ts";
export type * from "./runtime.ts";
export type * from "./specialist.ts";

/** Everything the planner may know. */
export interface Catalogue {
  readonly accelerators: Readonly<Record<AcceleratorKind, Accelerator>>;
  readonly instances: readonly InstanceType[];
  readonly instanceSource: Sourced & { readonly region: string; readonly priceDate: string };
  readonly runtimes: Readonly<Record<RuntimeId, Runtime>>;
  readonly controllers: Readonly<Record<ControllerId, Controller>>;
  readonly licences: Readonly<Record<LicenceId, Licence>>;
  readonly regulations: Readonly<Record<RegulationId, Regulation>>;
  readonly models: ReadonlyMap<string, Model>;
  readonly specialists: ReadonlyMap<string, SpecialistRow>;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly bundles: ReadonlyMap<string, Bundle>;
  /** What was read about and left out, with the reason. */
  readonly keptOut: readonly KeptOut[];
}
