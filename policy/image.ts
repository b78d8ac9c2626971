/** A container image reference, taken apart. */
export interface ImageReference {
  /** With the registry's host, as the container runtime completes it: `vllm/vllm-openai` is `docker.io/vllm/vllm-openai`. */
  readonly repository: string;
  readonly tag: string | undefined;
  /** Algorithm and hash, such as `sha256:…`. */
  readonly digest: string | undefined;
}

const reference = /^([^@]+?)(?::([\w][\w.-]{0,127}))?(?:@([^@]+))?$/;
const repositoryPath = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const registryHost = /^[A-Za-z0-9.-]+(?::\d+)?$/;

/**
 * Takes an image reference apart by the rules of container runtimes.
 * @returns `undefined` for a text that is no image reference
 * @see https://github.com/distribution/reference
 */
export function parseImage(text: string): ImageReference | undefined {
  const match = reference.exec(text);
  const name = match?.[1];
  if (name === undefined) return undefined;
  const slash = name.indexOf("/");
  const first = slash === -1 ? "" : name.slice(0, slash);
  const hasHost = /[.:]/.test(first) || first === "localhost";
  const host = hasHost ? first : "docker.io";
  const path = hasHost ? name.slice(slash + 1) : name;
  if (!registryHost.test(host) || !repositoryPath.test(path)) return undefined;
  const registry = host === "index.docker.io" ? "docker.io" : host;
  const completed = registry === "docker.io" && !path.includes("/") ? `library/${path}` : path;
  return { repository: `${registry}/${completed}`, tag: match?.[2], digest: match?.[3] };
}
