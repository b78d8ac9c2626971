import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { Document, visit } from "yaml";
import { deploy } from "../../components/deploy.ts";
import type { Registration } from "../support/mocks.ts";
import { edges, named, planOf, record, secretOf } from "../components/support.ts";
import { expectGolden } from "./golden.ts";

let registrations: readonly Registration[];
beforeAll(async () => {
  const plan = planOf("local");
  registrations = await record(() => Promise.resolve(deploy(plan, secretOf, edges)));
});

/** Golden file and the resources of the environment `local` that it shows: one of each interesting kind. */
const files: Readonly<Record<string, readonly string[]>> = {
  "vllm-deployment.yaml": ["specialist-fin-r1-deployment"],
  "nim-deployment.yaml": ["specialist-boltz2-deployment"],
  "specialist-access.yaml": ["specialist-boltz2-account", "specialist-boltz2-service", "specialist-boltz2-network-policy"],
  "weights.yaml": ["weights-boltz2-claim"],
  "node.yaml": ["pool-g6e-4xlarge-1gpu-0"],
  "device-plugin.yaml": ["device-plugin-namespace", "device-plugin-daemon-set"],
  "domain-namespace.yaml": ["domain-biology-namespace", "domain-biology-default-deny"],
  "gateway.yaml": ["ingress-class", "ingress-gateway"],
  "gateway-policies.yaml": ["ingress-client-traffic", "ingress-backend-traffic", "ingress-security", "ingress-router-extension"],
  "router-deployment.yaml": ["ingress-router-deployment"],
  "router-backend.yaml": ["ingress-router-backend", "ingress-router-service"],
  "model-route.yaml": ["ingress-model-saul-7b-instruct"],
  "path-route.yaml": ["ingress-path-boltz2", "ingress-grant-polymath-local-biology"],
  "unknown-model.yaml": ["ingress-unknown-model", "ingress-unknown-model-filter"],
  "model-list.yaml": ["ingress-list-models", "ingress-list-models-filter"],
};
const inventory = "resources.txt";

/** An object as the API server gets it, keys in the order of the alphabet; what is short stands on one line. */
function yamlOf({ inputs }: Registration): string {
  const document = new Document(inputs, { sortMapEntries: true });
  visit(document, {
    Collection: (_, node) => {
      node.flow = JSON.stringify(node).length <= 80;
    },
  });
  return document.toString({ lineWidth: 0 });
}

test.each(Object.entries(files))("%s", (file, names) => {
  expectGolden("local", file, names.map((name) => yamlOf(named(registrations, name))).join("---\n"));
});

test("every resource of the environment, children below their component", () => {
  const lines = registrations
    .filter(({ parent }) => parent === "")
    .flatMap(({ type, name }) => [
      `${name}  ${type}`,
      ...registrations.filter(({ parent }) => parent === name).map((child) => `  ${child.name}  ${child.type}`),
    ]);
  expect(lines.length).toBe(registrations.length);
  expectGolden("local", inventory, `${lines.join("\n")}\n`, 200);
});

test("no golden file is left that nothing is compared with", () => {
  expect(readdirSync(join(import.meta.dirname, "local")).sort()).toEqual([...Object.keys(files), inventory].sort());
});
