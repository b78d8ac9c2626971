import type * as pulumi from "@pulumi/pulumi";

/** A pool in the words of its provider. Everything that decides existence, counts and names is plain. */
export interface PoolShape {
  /** Name of the pool: the value of the label that specialists select. */
  readonly pool: string;
  readonly environment: string;
  readonly instanceType: string;
  readonly nodes: number;
  readonly gpusPerNode: number;
}

/**
 * Brings GPU nodes to life. What every provider promises is held by one conformance suite: each node has the labels of
 * `poolLabels`, the taint `gpuTaint`, and shows up exactly `nodes` times.
 */
export interface PoolProvider {
  readonly kind: string;
  /** Declares the nodes as children of the component. Returns the node names, where the provider decides them. */
  declare(name: string, shape: PoolShape, parent: pulumi.ComponentResource): readonly string[];
}
