import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { maxBodyBytes, readBody, refusal, send, type Answer, type Route, type ServerState } from "./answer.ts";
import type { Persona } from "./persona.ts";
import { routesOf } from "./routes.ts";

/**
 * A way to be broken, for drills: `refuse` has no listener at all, `hang` accepts and never answers, `error` answers
 * 500 to inference while health is well, `unready` answers 503 on its health paths.
 */
export type Fault = "refuse" | "hang" | "error" | "unready";

export interface ModelServerOptions {
  /** The pod's own IP. */
  readonly address: string;
  /** The container's port; 0 takes a free one. */
  readonly port: number;
  readonly fault?: Fault;
}

export interface ModelServer {
  /** Without a slash at its end. */
  readonly url: string;
  /** Ends every connection, open streams too. May be called again. */
  close(): Promise<void>;
}

/**
 * Plays one container of a model pod.
 * @throws Error when the address cannot be listened on.
 */
export async function startModelServer(persona: Persona, options: ModelServerOptions): Promise<ModelServer> {
  const { address, port, fault } = options;
  if (fault === "refuse") return { url: urlOf(address, port), close: async () => undefined };

  const server = createServer(fault === "hang" ? (request) => void request.resume() : listenerOf(persona, fault));
  // Gateways keep idle connections for an hour. Node closes them after 5 seconds, and a request sent in that very
  // moment fails: here the client alone, or close(), ends a connection.
  server.keepAliveTimeout = 0;
  server.listen(port, address);
  try {
    await once(server, "listening");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The model server of pod ${persona.namespace}/${persona.pod} cannot listen on ${address}:${port}: ${reason}. ` +
        "The address must be local to this network namespace, and the port free.",
      { cause: error },
    );
  }
  // From here on an error is a connection that could not be accepted, which its client sees.
  server.on("error", () => undefined);
  const bound = server.address();
  return {
    url: urlOf(address, typeof bound === "object" && bound !== null ? bound.port : port),
    close: () => close(server),
  };
}

const urlOf = (address: string, port: number) => `http://${address.includes(":") ? `[${address}]` : address}:${port}`;

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // The only error there is says that it was closed before.
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function listenerOf(persona: Persona, fault: Exclude<Fault, "refuse" | "hang"> | undefined): RequestListener {
  const state: ServerState = {
    persona,
    startedAt: Math.floor(Date.now() / 1000),
    requests: 0,
    finished: { stop: 0, length: 0 },
  };
  const routes = routesOf(persona);
  return (request, response) => {
    answer(state, routes, fault, request)
      .then((answered) => send(response, persona, answered))
      // The client went away in the middle of its request or of the answer: nobody is left to tell.
      .catch(() => response.destroy());
  };
}

/** @throws Error when the client goes away before its request is complete. */
async function answer(
  state: ServerState,
  routes: readonly Route[],
  fault: "error" | "unready" | undefined,
  request: IncomingMessage,
): Promise<Answer> {
  // Read in any case, so that a refusal too comes only when the client has sent everything.
  const body = await readBody(request);
  const [path = ""] = (request.url ?? "").split("?");
  const there = routes.filter((route) => isOn(route, path));
  const route = there.find(({ method }) => method === request.method);
  if (there.length === 0) return noSuchPath(routes, path);
  if (!route) return wrongMethod(there, request.method ?? "");
  if (fault === "unready" && route.purpose === "health") return simulatedFault(503, fault);
  if (fault === "error" && route.purpose === "inference") return simulatedFault(500, fault);
  if (route.method === "GET") return route.answer(state, undefined);
  if (body === undefined) return refusal(413, `The body is larger than ${maxBodyBytes} bytes.`, "request_too_large");
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refusal(400, `The body is not JSON: ${reason}.`, "invalid_json");
  }
  try {
    return route.answer(state, parsed);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refusal(500, `The simulated server has a bug: ${reason}.`, "internal_error");
  }
}

/** A route whose path ends in a star takes everything below it. */
const isOn = ({ path: own }: Route, path: string): boolean =>
  own.endsWith("/*") ? path.startsWith(own.slice(0, -1)) : own === path;

function noSuchPath(routes: readonly Route[], path: string): Answer {
  const known = routes.map((route) => `${route.method} ${route.path}`).join(", ");
  return refusal(404, `There is no ${path.slice(0, 200)} here; there is: ${known}.`, "unknown_path");
}

function wrongMethod(there: readonly Route[], method: string): Answer {
  const allow = there.map((route) => route.method).join(", ");
  const message = `${method} is not allowed on ${there[0]?.path ?? ""}; use ${allow}.`;
  return { ...refusal(405, message, "method_not_allowed"), allow };
}

const simulatedFault = (status: number, fault: Fault): Answer =>
  refusal(status, `Simulated fault "${fault}": this model server was started to fail.`, "simulated_fault");
