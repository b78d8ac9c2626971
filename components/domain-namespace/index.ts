import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { credentials } from "../../catalogue/credentials.ts";
import type { CredentialId } from "../../catalogue/types.ts";
import { labels } from "../../plan/names.ts";
import { declareNamespace } from "../namespace.ts";
import { childOf, onceThere } from "../options.ts";
import { credentialIds, credentialSecret, dockerConfig, pullSecret } from "./credentials.ts";

export interface DomainNamespaceArgs {
  readonly namespace: string;
  readonly environment: string;
  readonly domain: string;
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
    const domain = { [labels.environment]: args.environment, [labels.domain]: args.domain };
    const { home, deny } = declareNamespace(name, { namespace, labels: domain, enforce: "restricted" }, this);
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
