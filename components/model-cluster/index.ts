import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { childOf } from "../options.ts";

export interface ModelClusterArgs {
  /** Content or path of a kubeconfig, kept as a secret. Default: what kubectl would use. */
  readonly kubeconfig?: pulumi.Input<string>;
  /** Context of the kubeconfig. Default: its current one. */
  readonly context?: pulumi.Input<string>;
  /** Name that the cluster keeps for life; a changed kubeconfig under the same name replaces nothing. */
  readonly identity: string;
}

/** A Kubernetes cluster that specialists are declared on: one that is there already, or a rehearsal's. */
export class ModelCluster extends pulumi.ComponentResource {
  /** Pass it to everything that lives on the cluster. */
  readonly provider: kubernetes.Provider;

  constructor(name: string, args: ModelClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("polymath:index:ModelCluster", name, {}, opts);
    this.provider = new kubernetes.Provider(
      `${name}-kubernetes`,
      {
        ...(args.kubeconfig !== undefined && { kubeconfig: pulumi.secret(args.kubeconfig) }),
        ...(args.context !== undefined && { context: args.context }),
        clusterIdentifier: args.identity,
        enableServerSideApply: true,
      },
      childOf(this),
    );
    this.registerOutputs({ provider: this.provider });
  }
}
