import { describe, type Identity } from "./naming.ts";
import type { Properties } from "../kube/paths.ts";

/** What an operation hands back for the state. */
export interface ResourceState {
  readonly id: string;
  readonly outputs: Properties;
}

/**
 * The object exists but is not ready. The engine keeps it in the state with these reasons, so that the next update goes on
 * with it instead of forgetting it.
 */
export class InitFailedError extends Error {
  readonly state: ResourceState;
  readonly reasons: readonly string[];
  /** Inputs for the state; only reading gives them. */
  readonly inputs: Properties | undefined;
  /** @param problems why it is not ready, the most telling first; at least one. */
  constructor(identity: Identity, state: ResourceState, problems: readonly string[], inputs?: Properties) {
    const [first = "", ...others] = problems;
    // The engine shows the reasons alone, so the first one says which object it is about.
    const reasons = [`${describe(identity)} is not ready: ${first}`, ...others];
    super(reasons.join("; "));
    this.name = "InitFailedError";
    this.state = state;
    this.reasons = reasons;
    this.inputs = inputs;
  }
}
