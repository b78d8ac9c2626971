import * as https from "node:https";
import * as http from "node:http";
import { KubeConfig } from "@kubernetes/client-node";

/** Any Kubernetes object as the API server sends it: plain JSON, no field dropped, no date parsed. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  [field: string]: unknown;
}

export interface ObjectMeta {
  name?: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: { kind: string; name: string; uid: string; controller?: boolean }[];
  managedFields?: { manager?: string; operation?: string; [field: string]: unknown }[];
  [field: string]: unknown;
}

/** What the API server answered when it refused: its HTTP status, its reason word and its own sentence. */
export class KubeError extends Error {
  readonly status: number;
  readonly reason: string;
  readonly details: unknown;
  constructor(status: number, reason: string, message: string, details?: unknown) {
    super(message);
    this.name = "KubeError";
    this.status = status;
    this.reason = reason;
    this.details = details;
  }
}

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Default application/json. Server-side apply is application/apply-patch+yaml (JSON is YAML). */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: KubeObject;
}

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/**
 * A raw JSON client for one API server. The typed client of @kubernetes/client-node drops fields that its generated
 * classes do not know, which a plugin that keeps state must not do; so only its kubeconfig handling is used here.
 */
export class KubeClient {
  readonly server: string;
  readonly defaultNamespace: string;
  readonly #options: Promise<https.RequestOptions>;
  readonly #discovery = new Map<string, Promise<readonly ApiResource[]>>();

  /**
   * @param context default: the kubeconfig's current one.
   * @param clusterName default: the context's own.
   * @throws Error if the kubeconfig has no cluster for the context.
   */
  constructor(kubeconfig: string, context?: string, clusterName?: string) {
    const config = new KubeConfig();
    config.loadFromString(kubeconfig);
    if (context !== undefined) config.setCurrentContext(context);
    const chosen = config.getContextObject(config.getCurrentContext());
    if (chosen && clusterName !== undefined) Object.assign(chosen, { cluster: clusterName });
    const cluster = config.getCurrentCluster();
    if (!cluster) {
      const known = config.getContexts().map(({ name }) => name);
      throw new Error(
        `The kubeconfig has no usable context "${config.getCurrentContext()}"; it has: ${known.join(", ") || "none"}. ` +
          `Set another with "kubectl config use-context NAME".`,
      );
    }
    this.server = cluster.server;
    this.defaultNamespace = config.getContextObject(config.getCurrentContext())?.namespace ?? "default";
    const options: https.RequestOptions = {};
    this.#options = config.applyToHTTPSOptions(options).then(() => ({
      ...options,
      agent: cluster.server.startsWith("https:")
        ? new https.Agent({ ...options, keepAlive: true } as https.AgentOptions)
        : new http.Agent({ keepAlive: true }),
    }));
    // The failure is reported by the first request; without this Node would call it unhandled before that.
    this.#options.catch(() => undefined);
  }

  async #open(method: string, path: string, options: RequestOptions): Promise<http.IncomingMessage> {
    const base = await this.#options;
    const url = new URL(this.server.replace(/\/$/, "") + path);
    for (const [key, value] of Object.entries(options.query ?? {})) url.searchParams.set(key, value);
    const body = options.body === undefined ? undefined : JSON.stringify(options.body);
    const headers: http.OutgoingHttpHeaders = {
      ...(base.headers as http.OutgoingHttpHeaders),
      accept: "application/json",
    };
    if (body !== undefined) {
      headers["content-type"] = options.contentType ?? "application/json";
      headers["content-length"] = Buffer.byteLength(body);
    }
    return new Promise((resolve, reject) => {
      const send = url.protocol === "https:" ? https.request : http.request;
      const request = send(
        url,
        { ...base, method, headers, ...(options.signal && { signal: options.signal }) },
        resolve,
      );
      request.on("error", (error: NodeJS.ErrnoException) => {
        if (error.name === "AbortError") return reject(error);
        reject(
          new KubeError(
            0,
            error.code ?? "Unreachable",
            `The API server ${this.server} did not answer ${method} ${path}: ${error.message}`,
          ),
        );
      });
      request.end(body);
    });
  }

  /** One request. @throws KubeError with status 0 when the server cannot be reached. */
  async request(method: string, path: string, options: RequestOptions = {}): Promise<KubeObject> {
    const response = await this.#open(method, path, options);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString("utf8");
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return text === "" ? emptyStatus : (JSON.parse(text) as KubeObject);
    throw toKubeError(status, text);
  }

  /** Like request, but undefined where the object is not there. */
  async find(path: string): Promise<KubeObject | undefined> {
    try {
      return await this.request("GET", path);
    } catch (error) {
      if (error instanceof KubeError && error.status === 404) return undefined;
      throw error;
    }
  }

  async list(
    path: string,
    query: Readonly<Record<string, string>> = {},
  ): Promise<{ items: KubeObject[]; resourceVersion: string }> {
    const answer = await this.request("GET", path, { query });
    const items = (answer["items"] as KubeObject[] | undefined) ?? [];
    return { items, resourceVersion: answer.metadata.resourceVersion ?? "" };
  }

  /** One watch connection; resolves when the server ends it. Callers that want to follow for ever use `follow`. */
  async watch(
    path: string,
    query: Readonly<Record<string, string>>,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const response = await this.#open("GET", path, { query: { ...query, watch: "1" }, signal });
    if (response.statusCode !== 200) {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      throw toKubeError(response.statusCode ?? 0, Buffer.concat(chunks).toString("utf8"));
    }
    response.setEncoding("utf8");
    let rest = "";
    for await (const chunk of response) {
      rest += chunk as string;
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim() !== "") onEvent(JSON.parse(line) as WatchEvent);
    }
  }

  /**
   * The URL path of an object, or of its collection when no name is given.
   * @throws KubeError 404 "UnknownKind" when the API server does not serve that kind.
   */
  async pathOf(apiVersion: string, kind: string, namespace?: string, name?: string): Promise<string> {
    const resource = await this.#resource(apiVersion, kind);
    const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const scope = resource.namespaced && namespace !== undefined ? `/namespaces/${namespace}` : "";
    return `${root}${scope}/${resource.name}${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;
  }

  async isNamespaced(apiVersion: string, kind: string): Promise<boolean> {
    return (await this.#resource(apiVersion, kind)).namespaced;
  }

  async #resource(apiVersion: string, kind: string): Promise<ApiResource> {
    const pick = async () => (await this.#resources(apiVersion)).find((one) => one.kind === kind);
    let found = await pick();
    if (!found) {
      // A custom resource definition may have come since the list was read.
      this.#discovery.delete(apiVersion);
      found = await pick();
    }
    if (!found) {
      throw new KubeError(
        404,
        "UnknownKind",
        `The API server ${this.server} does not serve ${kind} of ${apiVersion}; is its custom resource definition installed?`,
      );
    }
    return found;
  }

  #resources(apiVersion: string): Promise<readonly ApiResource[]> {
    const cached = this.#discovery.get(apiVersion);
    if (cached) return cached;
    const path = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const asked = this.request("GET", path).then(
      (answer) => (answer["resources"] as ApiResource[]).filter(({ name }) => !name.includes("/")),
      (error: unknown) => {
        this.#discovery.delete(apiVersion);
        if (error instanceof KubeError && error.status === 404) return [];
        throw error;
      },
    );
    this.#discovery.set(apiVersion, asked);
    return asked;
  }
}

const emptyStatus: KubeObject = { apiVersion: "v1", kind: "Status", metadata: {} };

function toKubeError(status: number, text: string): KubeError {
  try {
    const answer = JSON.parse(text) as { reason?: string; message?: string; details?: unknown };
    return new KubeError(status, answer.reason ?? "Unknown", answer.message ?? text, answer.details);
  } catch {
    return new KubeError(status, "Unknown", text.trim() || `HTTP ${status}`);
  }
}
