import type { Problem } from "./problems.ts";

/** Why a rehearsal failed, in words for the person at the keyboard: printed without a stack trace. */
export class RehearsalError extends Error {
  override readonly name = "RehearsalError";
  /** What was not as it has to be, one by one, where that is known. */
  readonly problems: readonly Problem[];

  constructor(message: string, problems: readonly Problem[] = []) {
    super(message);
    this.problems = problems;
  }
}
