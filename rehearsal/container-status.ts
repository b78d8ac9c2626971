/** Why a container does not run. */
export interface Waiting {
  readonly reason: string;
  readonly message?: string;
}

/** How a container's process ended. */
export interface Termination {
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** One entry of a pod's `status.containerStatuses`. */
export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly imageID: string;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  readonly state: { readonly waiting: Waiting } | { readonly running: { readonly startedAt: string } };
  readonly lastState: { readonly terminated?: Termination };
}
