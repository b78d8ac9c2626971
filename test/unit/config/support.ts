import { RefusedError, type Finding } from "../../../config/finding.ts";

/** The refusal that something ends in. @throws Error when it does not. */
export function refusal(attempt: () => unknown): RefusedError {
  try {
    attempt();
  } catch (error) {
    if (error instanceof RefusedError) return error;
    throw error;
  }
  throw new Error("Nothing was refused.");
}

/** The findings of a refusal. */
export const refusedWith = (attempt: () => unknown): readonly Finding[] => refusal(attempt).findings;

/** An error finding, in the order in which it is printed. */
export const error = (rule: string, path: string, given: string, allowed: string, fix: string): Finding => ({
  rule,
  severity: "error",
  path,
  given,
  allowed,
  fix,
});
