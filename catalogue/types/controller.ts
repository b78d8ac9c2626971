import type { Newer, Sourced } from "./common.ts";

export type ControllerId = "body-based-router" | "device-plugin" | "envoy-gateway";

/** Third-party software that specialists need beside their servers. What components read beyond this stands in the row itself. */
export interface Controller extends Sourced {
  readonly id: ControllerId;
  readonly title: string;
  readonly publisher: string;
  readonly version: string;
  /** What the kit deploys; null: it has to be in the cluster already. */
  readonly image: { readonly repository: string; readonly tag: string } | null;
  readonly newer: Newer;
  readonly notes: string;
}
