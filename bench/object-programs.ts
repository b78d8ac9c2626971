/** An object as kubectl takes it, and the class of the SDK that declares it. */
export interface BenchObject {
  /** Below `@pulumi/kubernetes`. */
  readonly constructorPath: string;
  readonly manifest: Readonly<Record<string, unknown>> & { readonly metadata: { readonly name: string } };
}

const kinds: readonly ((name: string, namespace: string) => BenchObject)[] = [
  (name, namespace) => ({
    constructorPath: "core.v1.ConfigMap",
    manifest: { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data: { text: name } },
  }),
  (name, namespace) => ({
    constructorPath: "apps.v1.Deployment",
    manifest: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace },
      spec: {
        // No pod is made: pods would measure the scheduler.
        replicas: 0,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            containers: [{ name: "server", image: "registry.k8s.io/pause:3.10", ports: [{ containerPort: 80 }] }],
          },
        },
      },
    },
  }),
  (name, namespace) => ({
    constructorPath: "core.v1.Service",
    // Without a selector, since no pod would ever answer for it.
    manifest: { apiVersion: "v1", kind: "Service", metadata: { name, namespace }, spec: { ports: [{ port: 80 }] } },
  }),
  (name, namespace) => ({
    constructorPath: "core.v1.ServiceAccount",
    manifest: { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } },
  }),
  (name, namespace) => ({
    constructorPath: "networking.v1.NetworkPolicy",
    manifest: {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name, namespace },
      spec: { podSelector: { matchLabels: { app: name } }, policyTypes: ["Ingress"] },
    },
  }),
];

/** That many objects, the kinds in turn. */
export const mixture = (size: number, namespace: string): readonly BenchObject[] =>
  Array.from({ length: size }, (_, index) => {
    const kind = kinds[index % kinds.length];
    if (kind === undefined) throw new Error("There are no kinds of objects to measure with");
    return kind(`bench-${index}`, namespace);
  });

export const emptyProgram = "";

/** As many resources that no plugin serves. */
export const componentProgram = (size: number): string => `import * as pulumi from "@pulumi/pulumi";
for (let index = 0; index < ${size}; index += 1) new pulumi.ComponentResource("bench:index:Component", \`bench-\${index}\`);
`;

/** How a program of the bench reaches the cluster. */
export const connect = `const { kubeconfig } = JSON.parse(readFileSync(process.env.POLYMATH_REHEARSAL, "utf8"));`;

export function objectProgram(all: readonly BenchObject[]): string {
  const declarations = all.map(
    ({ constructorPath, manifest }) =>
      `new kubernetes.${constructorPath}("${manifest.metadata.name}", ${JSON.stringify(manifest)}, { provider });`,
  );
  return [
    `import { readFileSync } from "node:fs";`,
    `import * as kubernetes from "@pulumi/kubernetes";`,
    connect,
    `const provider = new kubernetes.Provider("cluster", { kubeconfig, enableServerSideApply: true });`,
    ...declarations,
    "",
  ].join("\n");
}
