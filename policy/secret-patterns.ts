/** Words that make the name of a variable, flag or key the name of a secret wherever they stand in it. */
const secretWords = new Set([
  "PASSWORD",
  "PASSWD",
  "PASSPHRASE",
  "SECRET",
  "CREDENTIAL",
  "CREDENTIALS",
  "APIKEY",
  "BEARER",
]);
/** Words that do so only as the last one: MAX_TOKEN_LENGTH and CACHE_KEY_PREFIX are no secrets. */
const secretLastWords = new Set(["KEY", "TOKEN", "PASS", "PWD", "AUTHTOKEN"]);
/** Last words of names that say where a secret is, or something about it. */
const harmlessLastWords = new Set(["FILE", "PATH", "DIR", "NAME", "NAMESPACE", "REF", "LENGTH", "TTL", "POLICY"]);

/** True for a name such as HF_TOKEN, --api-key or dbPassword; false for one such as API_KEY_FILE or MAX_TOKENS. */
export function isSecretName(name: string): boolean {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter((word) => word !== "" && !/^\d+$/.test(word));
  const last = words.at(-1);
  if (last === undefined || harmlessLastWords.has(last)) return false;
  return secretLastWords.has(last) || words.some((word) => secretWords.has(word));
}

/** A text that is no part of a longer word. */
const word = (pattern: string): RegExp => new RegExp(`(?<![A-Za-z0-9])(?:${pattern})`);

const knownSecrets: readonly { readonly is: string; readonly pattern: RegExp }[] = [
  { is: "an NVIDIA API key (nvapi-…)", pattern: word(String.raw`nvapi-[\w-]{4,}`) },
  { is: "a Hugging Face token (hf_…)", pattern: word("hf_[A-Za-z0-9]{16,}") },
  { is: "an API key (sk-…)", pattern: word(String.raw`sk-(?=[\w-]*\d)[\w-]{16,}`) },
  { is: "an AWS access key (AKIA… or ASIA…)", pattern: word("A[KS]IA[0-9A-Z]{16}") },
  { is: "a GitHub token (ghp_…)", pattern: word(String.raw`gh[pousr]_[A-Za-z0-9]{16,}|github_pat_\w{16,}`) },
  { is: "a GitLab token (glpat-…)", pattern: word(String.raw`glpat-[\w-]{16,}`) },
  { is: "a Slack token (xox…)", pattern: word("xox[a-z]-[A-Za-z0-9-]{8,}") },
  { is: "a private key (PEM)", pattern: /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/ },
  { is: "a URL with a password", pattern: /:\/\/[^\s/:@]*:(?!\$[({])[^\s/@]+@/ },
];

/** What kind of secret stands in the text, or `undefined`. Never the secret itself, so that it may be printed. */
export function secretIn(text: string): string | undefined {
  return knownSecrets.find(({ pattern }) => pattern.test(text))?.is;
}

/** A reference to another variable, a truth value, or a path of at least two parts. */
const noSecret = /^(?:\$\w+|\$\(\w+\)|\$\{\w+\}|true|false|(?:\/[\w.-]+){2,}\/?)$/i;

/** True for a value that would be a secret under a secret's name: not empty, no reference to another variable, no path of a file. */
export function isLiteral(value: string): boolean {
  return value.trim() !== "" && !noSecret.test(value.trim());
}
