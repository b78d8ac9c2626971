import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { childOf, onceThere } from "../options.ts";

export interface WeightStoreArgs {
  readonly namespace: pulumi.Input<string>;
  /** Name of the claim. */
  readonly claim: string;
  readonly sizeGiB: number;
  /** ReadWriteMany where replicas on several nodes share the store. */
  readonly accessMode: "ReadWriteOnce" | "ReadWriteMany";
  /** Default: the cluster's default StorageClass. */
  readonly className?: string;
}

/** A volume that keeps a specialist's weights between restarts. Its data can be fetched again, so it goes with the stack. */
export class WeightStore extends pulumi.ComponentResource {
  /** Name of the claim; whoever uses it waits until it exists. */
  readonly claim: pulumi.Output<string>;

  constructor(name: string, args: WeightStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("polymath:index:WeightStore", name, {}, opts);
    const claim = new kubernetes.core.v1.PersistentVolumeClaim(
      `${name}-claim`,
      {
        metadata: {
          name: args.claim,
          namespace: args.namespace,
          // With WaitForFirstConsumer the volume comes with the first pod, and the pod waits for this resource.
          annotations: { "pulumi.com/skipAwait": "true" },
        },
        spec: {
          accessModes: [args.accessMode],
          resources: { requests: { storage: `${args.sizeGiB}Gi` } },
          ...(args.className !== undefined && { storageClassName: args.className }),
        },
      },
      childOf(this),
    );
    this.claim = onceThere([claim], args.claim);
    this.registerOutputs({ claim: this.claim });
  }
}
