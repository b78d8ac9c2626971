/** Why a rehearsal failed, in words for the person at the keyboard: printed without a stack trace. */
export class RehearsalError extends Error {
  override readonly name = "RehearsalError";
}
