import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { ControlPlane } from "./control-plane/start.ts";
import type { KubeObject } from "./kube/client.ts";
import { field, textField } from "./kube/fields.ts";
import { containersOf } from "./kube/views.ts";
import { startProcess, type RunningProcess } from "./processes.ts";
import { nothing, type Program } from "./roles.ts";

const variables = z.array(
  z.object({
    name: z.string(),
    value: z.string().optional(),
    valueFrom: z.object({ fieldRef: z.object({ fieldPath: z.string() }).optional() }).optional(),
  }),
);

/** Variables of a pod's first container, fields of the pod filled in. */
export function environmentOf(pod: KubeObject): Readonly<Record<string, string>> {
  const fields: Readonly<Record<string, string | undefined>> = {
    "metadata.name": pod.metadata.name,
    "metadata.namespace": pod.metadata.namespace,
    "spec.nodeName": textField(pod, "spec", "nodeName"),
    "status.podIP": textField(pod, "status", "podIP"),
  };
  const found = field(variables, pod, "spec", "containers", 0, "env") ?? [];
  return Object.fromEntries(
    found.map(({ name, value, valueFrom }) => [name, value ?? fields[valueFrom?.fieldRef?.fieldPath ?? ""] ?? ""]),
  );
}

const tokenSeconds = 86_400;

/**
 * The real body-based router as its pods describe it: their arguments, their variables, the rights of their service account. One process
 * plays all of them, since it listens on every address and a second one would find its ports taken.
 */
export class RouterProgram {
  readonly #binary: string;
  readonly #logs: string;
  readonly #controlPlane: ControlPlane;
  #process: RunningProcess | undefined;
  #starting: Promise<void> | undefined;

  constructor(binary: string, logs: string, controlPlane: ControlPlane) {
    this.#binary = binary;
    this.#logs = logs;
    this.#controlPlane = controlPlane;
  }

  processes(): readonly RunningProcess[] {
    return this.#process ? [this.#process] : [];
  }

  async start(pod: KubeObject): Promise<Program> {
    this.#starting ??= this.#run(pod);
    await this.#starting;
    return nothing;
  }

  async #run(pod: KubeObject): Promise<void> {
    const { client, kubeconfigFor, folder } = this.#controlPlane;
    const account = textField(pod, "spec", "serviceAccountName") ?? "default";
    const path = `/api/v1/namespaces/${pod.metadata.namespace}/serviceaccounts/${account}/token`;
    const answer = await client.request("POST", path, {
      body: {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        metadata: {},
        spec: { expirationSeconds: tokenSeconds },
      },
    });
    const file = join(folder, "body-based-router.kubeconfig");
    writeFileSync(file, kubeconfigFor(textField(answer, "status", "token") ?? ""), { mode: 0o600 });
    const env = { ...process.env, ...environmentOf(pod), KUBECONFIG: file };
    this.#process = startProcess(
      "bbr",
      this.#binary,
      containersOf(pod)[0]?.args ?? [],
      join(this.#logs, "bbr.log"),
      env,
    );
  }
}
