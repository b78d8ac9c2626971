import type { KubeClient } from "../kube/client.ts";
import type { Settings } from "./config.ts";
import type { EngineLog } from "./engine-log.ts";

/** What every operation of one configured provider shares. */
export interface Session {
  readonly settings: Settings;
  readonly log: EngineLog;
  /** Aborts when the engine cancels: waits end at the next step. */
  readonly cancelled: AbortSignal;
}

/** @throws Error when the cluster is not known yet; only a preview can go on without. */
export function clientOf({ settings }: Session): KubeClient {
  if (settings.client === undefined)
    throw new Error("The provider's kubeconfig is not known yet, so nothing can be read or changed.");
  return settings.client;
}
