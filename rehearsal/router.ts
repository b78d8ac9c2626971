import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { ControlPlane } from "./control-plane/start.ts";
import type { KubeClient, KubeObject } from "./kube/client.ts";
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

/** What of the control plane the router needs: a token of its service account, and a place for it. */
type RouterHome = Pick<ControlPlane, "kubeconfigFor" | "folder"> & { readonly client: Pick<KubeClient, "request"> };

/**
 * The real body-based router as its pods describe it: their arguments, their variables, the rights of their service account. One process
 * plays all of them, since it listens on every address and a second one would find its ports taken.
 */
export class RouterProgram {
  readonly #binary: string;
  readonly #logs: string;
  readonly #controlPlane: RouterHome;
  #process: RunningProcess | undefined;
  /** Starting and stopping, one after the other. */
  #queue: Promise<void> = Promise.resolve();
  #pods = 0;

  constructor(binary: string, logs: string, controlPlane: RouterHome) {
    this.#binary = binary;
    this.#logs = logs;
    this.#controlPlane = controlPlane;
  }

  processes(): readonly RunningProcess[] {
    return this.#process ? [this.#process] : [];
  }

  /** Runs the router for one more pod, until the program of the last one is stopped. @throws KubeError without a token for it. */
  async start(pod: KubeObject): Promise<Program> {
    await this.#inTurn(async () => {
      if (this.#process?.isRunning() !== true) await this.#run(pod);
      this.#pods += 1;
    });
    let isStopped = false;
    return {
      ...nothing,
      stop: async () => {
        if (isStopped) return;
        isStopped = true;
        await this.#inTurn(async () => {
          this.#pods -= 1;
          if (this.#pods > 0) return;
          const ending = this.#process;
          this.#process = undefined;
          await ending?.stop();
        });
      },
    };
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined);
    return done;
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
