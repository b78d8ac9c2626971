import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { createSecureContext, TLSSocket, type SecureContext } from "node:tls";
import type { Catalogue, CredentialId, Dialect, Provider } from "../../catalogue/types/index.ts";
import { maxBodyBytes, readBody, refusal, send, type Answer } from "../model-server/answer.ts";
import type { Persona } from "../model-server/persona.ts";
import { makeAuthority } from "./certificates.ts";
import { answerIn, type Reply } from "./dialects.ts";

/** Header by which the answer says which model was asked for. */
export const modelHeader = "x-polymath-model";

/** What a gateway must not tell a provider: keys that are not the provider's, who asked and from where, its own notes. */
const secretive =
  /^(x-polymath-|x-gateway-|x-forwarded-|forwarded$|x-real-ip$|x-envoy-|x-request-id$|x-api-key$|api-key$|x-goog-api-key$|cookie$)/;

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** A pattern of the catalogue, `{region}` or `{model}` in it, as an expression that captures that part. */
const expressionOf = (pattern: string, part: string): RegExp =>
  new RegExp(
    `^${pattern
      .split(/\{\w+\}/)
      .map(escaped)
      .join(part)}$`,
  );

/** One endpoint that the catalogue knows, and what is spoken there. */
interface Endpoint {
  readonly host: RegExp;
  readonly path: RegExp;
  readonly dialect: Dialect;
  readonly credential: CredentialId;
}

const endpointsOf = (provider: Provider): readonly Endpoint[] =>
  provider.api.paths.map(({ target, dialect }) => ({
    host: expressionOf(provider.host, "([a-z0-9-]+)"),
    path: expressionOf(target, "([^/]+)"),
    dialect,
    credential: provider.credential,
  }));

/** Somebody who answers as a model does, though no pod does. */
const personaOf = (host: string): Persona => ({
  specialist: host,
  domain: "external",
  runtime: "custom",
  models: [],
  answersAll: true,
  kind: "chat",
  restPaths: [],
  healthPaths: { live: "/", ready: "/" },
  pod: host,
  namespace: "external",
  node: "outside",
});

/**
 * Plays the external providers of a catalogue: their host names, their certificates under an authority of its own, and their APIs. It
 * learns nothing from the plan, and turns away what a provider would, and what no provider should be sent.
 */
export class Providers {
  readonly #endpoints: readonly Endpoint[];
  readonly #authority = makeAuthority("Polymath rehearsal");
  readonly #contexts = new Map<string, SecureContext>();
  readonly #address: string;
  #tokens: Readonly<Record<string, string>> = {};
  #server: Server | undefined;

  /** @param address where it answers. */
  constructor(catalogue: Pick<Catalogue, "providers">, address: string) {
    this.#endpoints = [...catalogue.providers.values()].flatMap(endpointsOf);
    this.#address = address;
  }

  /** The certificate that whoever talks to it has to trust, PEM. */
  get authority(): string {
    return this.#authority.certificate;
  }

  /** Opens an account for each credential: its bearer token is accepted from now on. */
  openAccounts(tokens: Readonly<Record<string, string>>): void {
    this.#tokens = tokens;
  }

  /** The address of a provider's host; undefined for a name that none has. */
  lookup(name: string): readonly string[] | undefined {
    const host = name.toLowerCase().replace(/\.$/, "");
    return this.#endpoints.some((one) => one.host.test(host)) ? [this.#address] : undefined;
  }

  /** @returns the port. @throws Error when the address cannot be listened on. */
  async listen(port: number): Promise<number> {
    const server = createServer(
      {
        SNICallback: (host, done) => {
          if (this.lookup(host)) done(null, this.#contextOf(host));
          else done(new Error(`no provider is called ${host}`));
        },
      },
      (request, response) => {
        this.#answer(request, response).catch(() => response.destroy());
      },
    );
    this.#server = server;
    server.keepAliveTimeout = 0;
    server.listen(port, this.#address);
    await once(server, "listening");
    // From here on an error is a connection that could not be accepted, which its client sees.
    server.on("error", () => undefined);
    const bound = server.address();
    return typeof bound === "object" && bound !== null ? bound.port : port;
  }

  close(): void {
    this.#server?.close();
    this.#server?.closeAllConnections();
  }

  #contextOf(host: string): SecureContext {
    const known = this.#contexts.get(host);
    if (known) return known;
    const { certificate, key } = this.#authority.issue(host);
    const context = createSecureContext({ cert: certificate, key });
    this.#contexts.set(host, context);
    return context;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readBody(request);
    const host = request.headers.host ?? "";
    const { reply, model } = this.#replyTo(request, host, text);
    if (model !== undefined) response.setHeader(modelHeader, model);
    const persona = personaOf(host);
    if (!("bytes" in reply)) return send(response, persona, reply);
    response.setHeader("x-polymath-specialist", persona.specialist);
    response.setHeader("x-polymath-node", persona.node);
    response.writeHead(200, { "content-type": reply.contentType, "content-length": reply.bytes.length });
    response.end(reply.bytes);
  }

  #replyTo(
    request: IncomingMessage,
    host: string,
    text: string | undefined,
  ): { readonly reply: Reply; readonly model?: string } {
    const no = (status: number, message: string, code: string) => ({ reply: refusal(status, message, code) });
    const { socket, headers, method, url = "" } = request;
    const asked = socket instanceof TLSSocket ? socket.servername : null;
    if (asked !== host)
      return no(421, `The certificate was asked of ${String(asked)}, the request of ${host}.`, "misdirected_request");
    const leaked = Object.keys(headers).filter((name) => secretive.test(name));
    if (leaked.length > 0)
      return no(400, `These headers must not leave the gateway: ${leaked.join(", ")}.`, "leaked_headers");
    const [path = ""] = url.split("?");
    const endpoint = this.#endpoints.find((one) => one.host.test(host) && one.path.test(path));
    if (!endpoint) return no(404, `There is no ${path} at ${host}.`, "unknown_path");
    if (method !== "POST") return no(405, `${method} is not allowed on ${path}; use POST.`, "method_not_allowed");
    const token = this.#tokens[endpoint.credential];
    if (token === undefined || headers.authorization !== `Bearer ${token}`)
      return no(401, `The bearer token is not that of the account "${endpoint.credential}".`, "invalid_api_key");
    if (text === undefined) return no(413, `The body is larger than ${maxBodyBytes} bytes.`, "request_too_large");
    const body = parsed(text);
    if ("refused" in body) return { reply: body.refused };
    const inPath = endpoint.path.exec(path)?.[1];
    const model = inPath === undefined ? modelIn(body.json) : decodeURIComponent(inPath);
    const reply = answerIn(endpoint.dialect, { persona: personaOf(host), body: body.json });
    return { reply, ...(model !== undefined && { model }) };
  }
}

function parsed(text: string): { readonly json: unknown } | { readonly refused: Answer } {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { refused: refusal(400, `The body is not JSON: ${reason}.`, "invalid_json") };
  }
}

const modelIn = (body: unknown): string | undefined =>
  typeof body === "object" && body !== null && "model" in body && typeof body.model === "string"
    ? body.model
    : undefined;
