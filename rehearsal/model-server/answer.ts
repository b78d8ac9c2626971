import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { Persona } from "./persona.ts";

/** The state of one running server. Everything else is computed from the persona and the request. */
export interface ServerState {
  readonly persona: Persona;
  /** Seconds since 1970. */
  readonly startedAt: number;
  /** Inference requests so far; makes the ids of answers unique within a pod. */
  requests: number;
  /** Inference requests answered in full, by how the text ended. */
  readonly finished: Record<FinishReason, number>;
}

export type FinishReason = "stop" | "length";

interface JsonAnswer {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
  /** The methods a path has, told where another was tried. */
  readonly allow?: string;
}

/** What a route answers; `send` turns it into HTTP. */
export type Answer =
  | JsonAnswer
  | { readonly status: number; readonly text: string; readonly contentType: string }
  | { readonly events: AsyncIterable<Readonly<Record<string, unknown>>> };

export interface Route {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** `inference` fails under the fault "error", `health` under the fault "unready". */
  readonly purpose: "inference" | "health" | "information";
  /** @param body the parsed JSON of a POST, else undefined. */
  readonly answer: (state: ServerState, body: unknown) => Answer;
}

/** Who answered: the part of every JSON body and event that names specialist, pod and node. */
const identityOf = ({ specialist, pod, namespace, node }: Persona) => ({
  specialist,
  pod,
  namespace,
  node,
  simulated: true,
});

/** An error in the shape of the OpenAI API. `param` is the field at fault, `code` is for programs. */
export function refusal(status: number, message: string, code: string, param: string | null = null): JsonAnswer {
  const type = status >= 500 ? "server_error" : "invalid_request_error";
  return { status, json: { error: { message, type, param, code } } };
}

/** A 404 unless the server serves a model of that name. */
export function refuseUnserved({ models, answersAll }: Persona, model: string): Answer | undefined {
  if (answersAll || models.includes(model)) return undefined;
  const served =
    models.length > 0 ? `This server serves: ${models.join(", ")}.` : "This server was given no served name.";
  return refusal(404, `The model \`${clip(model)}\` does not exist. ${served}`, "model_not_found", "model");
}

const clipAt = 200;

/** At most 200 characters (UTF-16 units) of a text, with an ellipsis where some were left out. */
export const clip = (text: string): string =>
  text.length <= clipAt ? text.toWellFormed() : `${text.slice(0, clipAt).toWellFormed()}…`;

/** Largest request body that is read: above what inference on text, images or sequences needs, below what would hurt. */
export const maxBodyBytes = 16 * 1024 * 1024;

/**
 * The whole body, or undefined for one above the limit. That is read to its end and thrown away, so that the client,
 * still sending, does not find the connection reset before it can read the answer.
 * @throws Error when the client goes away.
 */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  let size = 0;
  let chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) chunks = [];
    else chunks.push(chunk);
  }
  return size > maxBodyBytes ? undefined : Buffer.concat(chunks).toString("utf8");
}

/** Writes the answer. Every one, of whatever kind, names specialist, pod and node in its headers. */
export async function send(response: ServerResponse, persona: Persona, answer: Answer): Promise<void> {
  response.setHeader("x-polymath-specialist", persona.specialist);
  response.setHeader("x-polymath-pod", persona.pod);
  response.setHeader("x-polymath-node", persona.node);
  if ("events" in answer) return sendEvents(response, persona, answer.events);
  const isJson = "json" in answer;
  if (isJson && answer.allow !== undefined) response.setHeader("allow", answer.allow);
  const text = isJson ? JSON.stringify({ ...answer.json, polymath: identityOf(persona) }) : answer.text;
  response.writeHead(answer.status, {
    "content-type": isJson ? "application/json" : answer.contentType,
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

/**
 * Server-sent events as the OpenAI API sends them, ended by `data: [DONE]`. A client that goes away stops the source.
 * @throws Error with code ERR_STREAM_PREMATURE_CLOSE when the client goes away.
 */
export async function sendEvents(
  response: ServerResponse,
  persona: Persona,
  events: AsyncIterable<Readonly<Record<string, unknown>>>,
): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
  const polymath = identityOf(persona);
  await pipeline(async function* lines() {
    for await (const event of events) yield `data: ${JSON.stringify({ ...event, polymath })}\n\n`;
    yield "data: [DONE]\n\n";
  }, response);
}
