import * as http from "node:http";
import { bodyBasedRouter } from "../catalogue/controllers/body-based-router.ts";
import type { PathRoutePlan, Plan, SpecialistPlan } from "../plan/types.ts";

/** What one request through the gateway gave. */
export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  readonly milliseconds: number;
}

/** How Envoy is reached. */
export interface Entry {
  readonly address: string;
  readonly port: number;
  readonly host: string;
  /** Key of a client; undefined where the gateway asks for none. */
  readonly key: string | undefined;
}

const requestTimeoutMs = 10_000;

export interface Ask {
  readonly method?: "GET" | "POST";
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Leaves the client's key out. */
  readonly anonymous?: boolean;
}

/** Sends one request through Envoy. @throws Error when nothing answers in time. */
export function ask(
  entry: Entry,
  { method = "POST", path, body, headers = {}, anonymous = false }: Ask,
  timeoutMs = requestTimeoutMs,
): Promise<Answer> {
  const started = performance.now();
  const text = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        host: entry.address,
        port: entry.port,
        method,
        path,
        agent: false,
        timeout: timeoutMs,
        headers: {
          host: entry.host,
          ...(text !== undefined && { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
          ...(entry.key !== undefined && !anonymous && { authorization: `Bearer ${entry.key}` }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString("utf8"),
            milliseconds: Math.round(performance.now() - started),
          }),
        );
      },
    );
    request.on("timeout", () => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    request.on("error", reject);
    request.end(text);
  });
}

/** The result for one specialist, or for one promise of the gateway. */
export interface Exchange {
  readonly name: string;
  readonly route: string;
  readonly ok: boolean;
  /** What was answered, in a few words. */
  readonly answer: string;
  readonly node: string;
  readonly milliseconds: number;
}

/** A path that a route serves: itself, or one below it. */
export const pathOn = ({ path, match }: PathRoutePlan): string => (match === "exact" ? path : `${path}/rehearsal`);

/**
 * A request that the API of a specialist understands.
 * @param path of its own API; undefined: by the model's name.
 */
export function requestFor(specialist: Pick<SpecialistPlan, "api">, model: string, path: string | undefined): Ask {
  if (path !== undefined) return { path, body: { question: "Who answers?" } };
  switch (specialist.api) {
    case "chat":
      return { path: "/v1/chat/completions", body: { model, messages: [{ role: "user", content: "Who answers?" }] } };
    case "embeddings":
      return { path: "/v1/embeddings", body: { model, input: "Who answers?" } };
    case "rerank":
      return { path: "/v1/ranking", body: { model, query: { text: "Who answers?" }, passages: [{ text: "I do." }] } };
    case "rest":
      throw new Error("a specialist with a REST API is asked by path");
  }
}

/** Sends a request and judges what came back. */
export async function exchange(
  name: string,
  route: string,
  send: () => Promise<Answer>,
  judge: (answer: Answer) => string | undefined,
  said: (answer: Answer) => string,
): Promise<Exchange> {
  try {
    const answer = await send();
    const fault = judge(answer);
    const node = String(answer.headers["x-polymath-node"] ?? "");
    return {
      name,
      route,
      ok: fault === undefined,
      answer: fault ?? said(answer),
      node,
      milliseconds: answer.milliseconds,
    };
  } catch (error) {
    return {
      name,
      route,
      ok: false,
      answer: error instanceof Error ? error.message : String(error),
      node: "",
      milliseconds: 0,
    };
  }
}

/** The beginning of an answer, for a table. */
export const shorten = (text: string) => (text.length > 120 ? `${text.slice(0, 117)}...` : text);

/** One request through Envoy for each route of each specialist, aliases too. */
export async function askSpecialists(plan: Plan, entry: Entry): Promise<readonly Exchange[]> {
  const targets = plan.specialists.flatMap((specialist) => {
    const models = plan.gateway.models.find((route) => route.specialist === specialist.name)?.names ?? [];
    const paths = plan.gateway.paths.filter((route) => route.specialist === specialist.name).map(pathOn);
    return [
      ...models.map((model) => ({
        specialist,
        route: `model ${model}`,
        ask: requestFor(specialist, model, undefined),
      })),
      ...paths.map((path) => ({ specialist, route: path, ask: requestFor(specialist, "", path) })),
    ];
  });
  const exchanges: Exchange[] = [];
  for (const { specialist, route, ask: one } of targets) {
    exchanges.push(
      await exchange(
        specialist.name,
        route,
        () => ask(entry, one),
        ({ status, headers, body }) => {
          if (status !== 200) return `HTTP ${status}: ${shorten(body.trim())}`;
          const by = String(headers["x-polymath-specialist"] ?? "nobody that says its name");
          return by === specialist.objectName ? undefined : `answered by ${by}`;
        },
        ({ status, headers }) =>
          `${status} from ${String(headers["x-polymath-pod"] ?? "")
            .split("/")
            .at(-1)}`,
      ),
    );
  }
  return exchanges;
}

/** What the gateway promises besides answering: each promise is tried from the outside. */
export async function askGateway(plan: Plan, entry: Entry): Promise<readonly Exchange[]> {
  const body = (model: string) => ({ model, messages: [{ role: "user", content: "Who answers?" }] });
  const path = "/v1/chat/completions";
  const expect = (name: string, one: Ask, status: number, word: string) =>
    exchange(
      name,
      one.path,
      () => ask(entry, one),
      (answer) =>
        answer.status === status && answer.body.includes(word)
          ? undefined
          : `HTTP ${answer.status}: ${shorten(answer.body.trim())}`,
      (answer) => String(answer.status),
    );
  const [first, second] = plan.gateway.models;
  const results = [
    await expect("unknown model is refused", { path, body: body("no-such-model") }, 404, "model_not_found"),
  ];
  results.push(
    await expect("models are listed", { method: "GET", path: "/v1/models" }, 200, first?.names[0] ?? '"list"'),
  );
  if (first && second) {
    const forged = { [bodyBasedRouter.headers.model]: second.names[0] ?? "" };
    results.push(
      await expect(
        "a client's own model header does not count",
        { path, body: body("no-such-model"), headers: forged },
        404,
        "model_not_found",
      ),
    );
  }
  if (entry.key !== undefined && first) {
    results.push(
      await expect(
        "a request without a key is refused",
        { path, body: body(first.names[0] ?? ""), anonymous: true },
        401,
        "",
      ),
    );
    const wrong = { authorization: "Bearer wrong" };
    results.push(
      await expect(
        "a request with a wrong key is refused",
        { path, body: body(first.names[0] ?? ""), anonymous: true, headers: wrong },
        401,
        "",
      ),
    );
    for (const route of plan.gateway.paths.slice(0, 1)) {
      results.push(
        await expect(
          "a path route without a key is refused",
          { path: pathOn(route), body: {}, anonymous: true },
          401,
          "",
        ),
      );
    }
  }
  return results;
}
