/**
 * The toolchain cannot do what was asked: something of this machine is missing, too old or broken. The message says what
 * was found, what is needed and what to do next; commands print it alone, without a stack trace.
 */
export class ToolchainError extends Error {
  override name = "ToolchainError";
}

/** The reason of a failure in one line, the cause included: `fetch failed (ECONNREFUSED)`. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
  return `${error.message} (${code})`;
}
