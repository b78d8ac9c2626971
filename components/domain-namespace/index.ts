import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { credentialIds, credentials } from "../../catalogue/credentials.ts";
import type { CredentialId } from "../../catalogue/types/index.ts";
import { annotations, labels } from "../../plan/names.ts";
import type { GovernancePlan } from "../../plan/types.ts";
import { declareNamespace } from "../namespace.ts";
import { childOf, onceThere } from "../options.ts";
import { credentialSecret, dockerConfig, pullSecret } from "./credentials.ts";

export interface DomainNamespaceArgs {
  readonly namespace: string;
  readonly environment: string;
  readonly domain: string;
  /** What the namespace says of itself to people, admission rules and audits. Default: nothing. */
  readonly governance?: GovernancePlan;
  /** Credentials that specialists of the domain need; the values are secrets. */
  readonly credentials: Partial<Readonly<Record<CredentialId, pulumi.Input<string>>>>;
}

/** A domain's namespace: `restricted` Pod Security, nothing in or out until a specialist's own policy opens it, its credentials. */
export class DomainNamespace extends pulumi.ComponentResource {
  /** Name of the namespace once everything in it that pods need is there. */
  readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: DomainNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("polymath:index:DomainNamespace", name, {}, opts);
    const { namespace } = args;
    const says = args.governance && saidOf(args.governance);
    const { home, deny } = declareNamespace(
      name,
      {
        namespace,
        labels: { [labels.environment]: args.environment, [labels.domain]: args.domain, ...says?.labels },
        ...(says && { annotations: says.annotations }),
        enforce: "restricted",
      },
      this,
    );
    const inHome = childOf(this, { dependsOn: [home] });
    const contents: pulumi.Resource[] = [deny];
    for (const id of credentialIds) {
      const value = args.credentials[id];
      if (value === undefined) continue;
      const secret = pulumi.secret(value);
      contents.push(
        new kubernetes.core.v1.Secret(
          `${name}-${id}`,
          { metadata: { name: credentialSecret(id), namespace }, stringData: { value: secret } },
          inHome,
        ),
      );
      const { registry } = credentials[id];
      if (registry !== null) {
        contents.push(
          new kubernetes.core.v1.Secret(
            `${name}-${id}-pull`,
            {
              metadata: { name: pullSecret(id), namespace },
              type: "kubernetes.io/dockerconfigjson",
              stringData: { ".dockerconfigjson": secret.apply((key) => dockerConfig(registry, key)) },
            },
            inHome,
          ),
        );
      }
    }
    this.namespace = onceThere([home, ...contents], namespace);
    this.registerOutputs({ namespace: this.namespace });
  }
}

/** Governance as labels, which can be selected by, and annotations, which can hold lists. */
const saidOf = ({ dataClasses, regulations, externalProviders, humanReview }: GovernancePlan) => ({
  labels: {
    [labels.externalProviders]: externalProviders ? "allowed" : "none",
    [labels.humanReview]: humanReview ? "required" : "none",
  },
  annotations: {
    [annotations.dataClasses]: dataClasses.join(","),
    [annotations.regulations]: regulations.join(","),
  },
});
