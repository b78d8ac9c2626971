import * as https from "node:https";
import * as http from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { KubeConfig } from "@kubernetes/client-node";
import { z } from "zod";

/** Any Kubernetes object as the API server sends it: plain JSON, no field dropped, no date parsed. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  [field: string]: unknown;
}

interface ObjectMeta {
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
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean }[];
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
  /** Text goes as it is, anything else as JSON. */
  readonly body?: unknown;
  /** Default application/json. Server-side apply is application/apply-patch+yaml (JSON is YAML). */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  /** Ends the patience with a server that is away, but no request that is under way. Default: the signal. */
  readonly giveUp?: AbortSignal;
}

export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: KubeObject;
}

// Loose on purpose: what a kind of object holds is the API server's affair, and no field may get lost.
const objectSchema: z.ZodType<KubeObject> = z.looseObject({
  apiVersion: z.string().default(""),
  kind: z.string().default(""),
  metadata: z.looseObject({}).default({}),
});
const itemsSchema = z
  .array(objectSchema)
  .nullish()
  .transform((items) => items ?? []);
const eventSchema: z.ZodType<WatchEvent> = z.object({
  type: z.enum(["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"]),
  object: objectSchema,
});
const resourcesSchema = z.array(z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean() }));
type ApiResource = z.infer<typeof resourcesSchema>[number];
const failureSchema = z.object({ reason: z.string().optional(), message: z.string().optional(), details: z.unknown() });

export interface ClientOptions {
  /** Default: the kubeconfig's current one. */
  readonly context?: string | undefined;
  /** Default: the context's own. */
  readonly cluster?: string | undefined;
  /**
   * How long a server that has answered before may be away, in seconds, before a request fails. Default 0. Requests that may
   * be sent twice are then sent again; a server that never answered fails at once.
   */
  readonly patienceSeconds?: number;
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
  readonly #patienceMs: number;
  #hasAnswered = false;

  /** @throws Error if the kubeconfig has no cluster for the context. */
  constructor(kubeconfig: string, options: ClientOptions = {}) {
    const config = new KubeConfig();
    config.loadFromString(kubeconfig);
    if (options.context !== undefined) config.setCurrentContext(options.context);
    const chosen = config.getContextObject(config.getCurrentContext());
    if (chosen && options.cluster !== undefined) Object.assign(chosen, { cluster: options.cluster });
    const cluster = config.getCurrentCluster();
    if (!cluster) {
      const known = config.getContexts().map(({ name }) => name);
      throw new Error(
        `The kubeconfig has no usable context "${config.getCurrentContext()}"; it has: ${known.join(", ") || "none"}. ` +
          `Set another with "kubectl config use-context NAME".`,
      );
    }
    this.server = cluster.server;
    this.#patienceMs = (options.patienceSeconds ?? 0) * 1000;
    this.defaultNamespace = config.getContextObject(config.getCurrentContext())?.namespace ?? "default";
    const tls: https.RequestOptions = {};
    this.#options = config.applyToHTTPSOptions(tls).then(() => ({
      ...tls,
      agent: cluster.server.startsWith("https:")
        ? new https.Agent({ ...tlsOf(tls), keepAlive: true })
        : new http.Agent({ keepAlive: true }),
    }));
    // The failure is reported by the first request; without this Node would call it unhandled before that.
    this.#options.catch(() => undefined);
  }

  async #open(method: string, path: string, options: RequestOptions): Promise<http.IncomingMessage> {
    const base = await this.#options;
    const url = new URL(this.server.replace(/\/$/, "") + path);
    for (const [key, value] of Object.entries(options.query ?? {})) url.searchParams.set(key, value);
    const given = options.body;
    const body = given === undefined || typeof given === "string" ? given : JSON.stringify(given);
    const headers = new Headers({ accept: "application/json" });
    for (const [name, value] of Object.entries(base.headers ?? {})) headers.set(name, String(value));
    if (body !== undefined) {
      headers.set("content-type", options.contentType ?? "application/json");
      headers.set("content-length", String(Buffer.byteLength(body)));
    }
    return new Promise((resolve, reject) => {
      const send = url.protocol === "https:" ? https.request : http.request;
      const request = send(
        url,
        { ...base, method, headers: Object.fromEntries(headers), ...(options.signal && { signal: options.signal }) },
        resolve,
      );
      request.on("error", (error) => reject(this.#unreachable(method, path, error)));
      request.end(body);
    });
  }

  /** What a broken connection is called; an abort that was asked for stays what it is. */
  #unreachable(method: string, path: string, error: unknown): unknown {
    if (!(error instanceof Error) || (error.name === "AbortError" && !isTimeout(error))) return error;
    const code = "code" in error && typeof error.code === "string" ? error.code : "Unreachable";
    return new KubeError(0, code, `The API server ${this.server} did not answer ${method} ${path}: ${error.message}`);
  }

  /**
   * One request. An answer that says when to try again (too many requests, storage of a new kind not ready) is tried again, and
   * within the client's patience so is what a server that is away did not answer.
   * @throws KubeError with status 0 when the server cannot be reached.
   */
  async request(method: string, path: string, options: RequestOptions = {}): Promise<KubeObject> {
    let awaySince: number | undefined;
    for (let retry = 1; ;) {
      try {
        const answer = await this.#once(method, path, options);
        if (!("retryAfterMs" in answer)) return answer.body;
        if (retry > mostRetries) throw answer.refusal;
        retry += 1;
        await sleep(answer.retryAfterMs, undefined, options.signal && { signal: options.signal });
      } catch (error) {
        // A creation that was not answered may have happened all the same.
        if (method === "POST" || !isAway(error) || !this.#hasAnswered) throw error;
        awaySince ??= performance.now();
        const giveUp = options.giveUp ?? options.signal;
        if (performance.now() - awaySince >= this.#patienceMs || giveUp?.aborted) throw error;
        await sleep(awayPollMs, undefined, giveUp && { signal: giveUp }).catch(() => undefined);
      }
    }
  }

  async #once(
    method: string,
    path: string,
    options: RequestOptions,
  ): Promise<{ body: KubeObject } | { retryAfterMs: number; refusal: KubeError }> {
    // A server that takes a request and never answers must not hold anybody for ever.
    const limit = AbortSignal.timeout(answerMs);
    const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
    const response = await this.#open(method, path, { ...options, signal });
    const body = await text(response).catch((error: unknown) => {
      throw this.#unreachable(method, path, error);
    });
    this.#hasAnswered = true;
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300)
      return { body: body === "" ? emptyStatus : objectSchema.parse(JSON.parse(body)) };
    const refusal = toKubeError(status, body);
    const wait = Number(response.headers["retry-after"] ?? Number.NaN);
    if (!(status === 429 || status === 503) || Number.isNaN(wait)) throw refusal;
    return { retryAfterMs: wait * 1000, refusal };
  }

  /** Like request, but undefined where the object is not there. */
  async find(path: string, signal?: AbortSignal): Promise<KubeObject | undefined> {
    try {
      return await this.request("GET", path, { ...(signal && { signal }) });
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
    return { items: itemsSchema.parse(answer["items"]), resourceVersion: answer.metadata.resourceVersion ?? "" };
  }

  /** One watch connection; resolves when the server ends it. Callers that want to follow for ever use `follow`. */
  async watch(
    path: string,
    query: Readonly<Record<string, string>>,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const response = await this.#open("GET", path, { query: { ...query, watch: "1" }, signal });
    if (response.statusCode !== 200) throw toKubeError(response.statusCode ?? 0, await text(response));
    response.setEncoding("utf8");
    let rest = "";
    for await (const chunk of response) {
      rest += String(chunk);
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim() !== "") onEvent(eventSchema.parse(JSON.parse(line)));
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
    const pick = (resources: readonly ApiResource[]) => resources.find((one) => one.kind === kind);
    const listed = this.#resources(apiVersion);
    let found = pick(await listed);
    if (!found) {
      // A custom resource definition may have come since the list was read. Of many that miss it, one asks again for all.
      if (this.#discovery.get(apiVersion) === listed) this.#discovery.delete(apiVersion);
      found = pick(await this.#resources(apiVersion));
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
      (answer) => resourcesSchema.parse(answer["resources"]).filter(({ name }) => !name.includes("/")),
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

/** Longest that one answer may take; the API server's own limit for most requests is a minute. */
const answerMs = 60_000;

/** The API server asks for one second at a time. */
const mostRetries = 10;

const awayPollMs = 500;

/** True for what a server that stops, starts or has lost its store answers, or does not answer. */
const isAway = (error: unknown) =>
  error instanceof KubeError &&
  ([0, 502, 503, 504].includes(error.status) ||
    (error.status === 500 && /etcdserver: |code = Unavailable/.test(error.message)));

const emptyStatus: KubeObject = { apiVersion: "v1", kind: "Status", metadata: {} };

function toKubeError(status: number, body: string): KubeError {
  const answer = failureSchema.safeParse(parseJson(body)).data;
  return new KubeError(
    status,
    answer?.reason ?? "Unknown",
    answer?.message ?? (body.trim() || `HTTP ${status}`),
    answer?.details,
  );
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const isTimeout = ({ cause }: Error) => cause instanceof Error && cause.name === "TimeoutError";

/** The parts of request options that an agent takes: who is trusted, and as whom to speak. */
const tlsOf = ({
  ca,
  cert,
  key,
  pfx,
  passphrase,
  rejectUnauthorized,
  servername,
}: https.RequestOptions): https.AgentOptions =>
  Object.fromEntries(
    Object.entries({ ca, cert, key, pfx, passphrase, rejectUnauthorized, servername }).filter(
      ([, value]) => value !== undefined,
    ),
  );
