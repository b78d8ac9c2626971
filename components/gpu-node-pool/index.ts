import * as pulumi from "@pulumi/pulumi";
import type { PoolProvider, PoolShape } from "./provider.ts";

export interface GpuNodePoolArgs extends PoolShape {
  /** Who makes the nodes. */
  readonly provider: PoolProvider;
}

/** GPU nodes of one shape that are interchangeable for the plan. */
export class GpuNodePool extends pulumi.ComponentResource {
  /** Value of the label `polymath.dev/pool` on its nodes. */
  readonly pool: string;
  /** Names of the nodes, where the provider decides them; else empty. */
  readonly nodes: readonly string[];

  constructor(name: string, args: GpuNodePoolArgs, opts?: pulumi.ComponentResourceOptions) {
    super("polymath:index:GpuNodePool", name, {}, opts);
    this.pool = args.pool;
    this.nodes = args.provider.declare(name, args, this);
    this.registerOutputs({ pool: this.pool, nodes: this.nodes });
  }
}
