const hidden = "[secret]";

/** What a value of the stack file looks like in a message: short, and never a secret. */
export function show(value: unknown, path: readonly PropertyKey[] = []): string {
  if (value === undefined) return "nothing";
  if (path[0] === "secrets") return hidden;
  if (typeof value === "number") return String(value);
  const text =
    JSON.stringify(value, (key, inner: unknown) => (key === "secure" || key === "secrets" ? hidden : inner)) ??
    typeof value;
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
