import * as grpc from "@grpc/grpc-js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type * as pb from "@pulumi/pulumi/proto/provider_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { KubeError } from "../kube/client.ts";
import { readSettings } from "./config.ts";
import { diff, type Diff, type Difference } from "./diff.ts";
import { type EngineLog, engineLog } from "./engine-log.ts";
import { create, previewCreate, previewUpdate, update } from "./lifecycle.ts";
import { isUnreachable } from "./live.ts";
import { annotationOf, describe, type EngineNaming, parseId, placeOf, withName, withNamespace } from "./naming.ts";
import { isPatch, relinquish, requireName } from "./patch.ts";
import { changesBetween, formatPath, type Path, type Properties } from "../kube/paths.ts";
import { decode, encode, hasUnknown } from "./properties.ts";
import { read } from "./read.ts";
import { remove } from "./remove.ts";
import { hideSecrets, secretInputs, secretOutputs } from "./secrets.ts";
import { type Encode, serviceError } from "./service-error.ts";
import { clientOf, type Session } from "./session.ts";
import { managerOf } from "./state.ts";
import { listRefusal, notSupported, unsupportedResource } from "./unsupported.ts";
import { askedFor } from "./wait/asked.ts";
import { deadlineSeconds } from "./wait/index.ts";

/** The version of the official plugin in whose place this one stands. */
const version = "4.34.2";

/** Answers the engine's calls for one provider. */
class Provider {
  #log: EngineLog;
  #session: Session | undefined;
  readonly #cancel = new AbortController();

  constructor(engineAddress: string) {
    this.#log = engineLog(engineAddress);
  }

  #configured(): Session {
    if (this.#session === undefined)
      throw new Error("The engine called the Kubernetes provider before configuring it.");
    return this.#session;
  }

  attach(address: string): void {
    this.#log = engineLog(address);
  }

  configure(request: pb.ConfigureRequest): pb.ConfigureResponse {
    const settings = readSettings(decode(request.getArgs()).value);
    this.#session = { settings, log: this.#log, cancelled: this.#cancel.signal };
    const answer = new providerPb.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
    return answer.setSupportsAutonamingConfiguration(true);
  }

  cancel(): void {
    this.#cancel.abort();
  }

  async check(request: pb.CheckRequest): Promise<pb.CheckResponse> {
    const session = this.#configured();
    const news = decode(request.getNews());
    const olds = decode(request.getOlds()).value;
    const type = typeOf(request);
    refuseUnsupported(type, news.value);
    const awaited = annotationOf(news.value, "pulumi.com/waitFor");
    if (awaited !== undefined && !hasUnknown(awaited)) askedFor(awaited);
    const patches = isPatch(type, news.value);
    if (patches) requireName(type, news.value);
    const seed = request.getRandomseed_asU8();
    const named = patches ? news.value : withName(news.value, olds, request.getUrn(), seed, engineNaming(request));
    const inputs = (await isNamespaced(session, named)) ? withNamespace(named, session.settings.namespace) : named;
    return new providerPb.CheckResponse().setInputs(encode(inputs, secretInputs(inputs, news.secrets)));
  }

  async diff(request: pb.DiffRequest): Promise<pb.DiffResponse> {
    const { value: news, secrets } = decode(request.getNews());
    const args = {
      oldInputs: decode(request.getOldInputs()).value,
      old: decode(request.getOlds()).value,
      news,
      ignored: request.getIgnorechangesList(),
      isPatch: isPatch(typeOf(request), news),
    };
    return withSecrets(news, secrets, async () => toDiffResponse(await diff(this.#configured().settings, args)));
  }

  async create(request: pb.CreateRequest): Promise<pb.CreateResponse> {
    const { value: inputs, secrets } = decode(request.getProperties());
    const patches = isPatch(typeOf(request), inputs);
    const args = { urn: request.getUrn(), inputs, timeout: request.getTimeout(), isPatch: patches };
    return withSecrets(inputs, secrets, async (encodeState) => {
      const session = this.#configured();
      const state = await (request.getPreview() ? previewCreate(session, args) : create(session, args));
      return new providerPb.CreateResponse().setId(state.id).setProperties(encodeState(state.outputs));
    });
  }

  async update(request: pb.UpdateRequest): Promise<pb.UpdateResponse> {
    const { value: inputs, secrets } = decode(request.getNews());
    const old = decode(request.getOlds()).value;
    const args = {
      urn: request.getUrn(),
      inputs,
      old,
      ignored: request.getIgnorechangesList(),
      timeout: request.getTimeout(),
      isPatch: isPatch(typeOf(request), inputs),
    };
    return withSecrets(inputs, secrets, async (encodeState) => {
      const session = this.#configured();
      const outputs = request.getPreview() ? await previewUpdate(session, args) : (await update(session, args)).outputs;
      return new providerPb.UpdateResponse().setProperties(encodeState(outputs));
    });
  }

  async read(request: pb.ReadRequest): Promise<pb.ReadResponse> {
    const session = this.#configured();
    const type = typeOf(request);
    const inputs = decode(request.getInputs());
    const old = decode(request.getProperties());
    refuseUnsupported(type, inputs.value);
    return withSecrets(inputs.value, [...inputs.secrets, ...old.secrets], async (encodeState) => {
      const args = { urn: request.getUrn(), type, id: request.getId(), old: old.value, inputs: inputs.value };
      const state = await read(session, args);
      if (state === undefined) return new providerPb.ReadResponse();
      const answer = new providerPb.ReadResponse().setId(state.id).setProperties(encodeState(state.outputs));
      return answer.setInputs(state.drifted ? encodeState(state.inputs) : request.getInputs());
    });
  }

  async delete(request: pb.DeleteRequest): Promise<emptyPb.Empty> {
    const session = this.#configured();
    const client = clientOf(session);
    const { value: state, secrets } = decode(request.getProperties());
    const inputs = decode(request.getOldInputs()).value;
    const identity = {
      apiVersion: String(state["apiVersion"] ?? inputs["apiVersion"]),
      kind: String(state["kind"] ?? inputs["kind"]),
      name: parseId(request.getId()).name,
      namespace: placeOf(state).namespace ?? parseId(request.getId()).namespace,
    };
    const fieldManager = managerOf(state);
    const urn = request.getUrn();
    return withSecrets(state, secrets, async () => {
      try {
        if (isPatch(typeOf(request), { kind: identity.kind }))
          await relinquish(client, identity, fieldManager, session.cancelled);
        else
          await remove(client, identity, state, {
            deadlineSeconds: deadlineSeconds(request.getTimeout(), state),
            signal: session.cancelled,
            onProgress: (message) => session.log.status(urn, message),
            fieldManager,
            onKept: (message) => session.log.warn(urn, message),
          });
      } catch (error) {
        if (!isUnreachable(error) || !session.settings.deleteUnreachable) throw error;
        const lost = `${describe(identity)} is forgotten without being deleted: the API server ${client.server} cannot be reached`;
        session.log.warn(urn, `${lost}, and deleteUnreachable is set.`);
      }
      return new emptyPb.Empty();
    });
  }
}

/** @throws Error for what cannot be a resource here. */
function refuseUnsupported(type: string, inputs: Properties): void {
  const unsupported = unsupportedResource(type);
  const refusal = unsupported === undefined ? listRefusal(type, inputs) : notSupported(unsupported);
  if (refusal !== undefined) throw new Error(refusal);
}

function engineNaming(request: pb.CheckRequest): EngineNaming | undefined {
  const asked = request.getAutonaming();
  if (asked === undefined) return undefined;
  const { DISABLE } = providerPb.CheckRequest.AutonamingOptions.Mode;
  return asked.getMode() === DISABLE ? "disabled" : { name: asked.getProposedName() };
}

const typeOf = (request: { getType: () => string; getUrn: () => string }): string =>
  request.getType() || (request.getUrn().split("::")[2]?.split("$").at(-1) ?? "");

/** False also where it cannot be told yet: no cluster, or a custom resource definition that is still to come. */
async function isNamespaced({ settings }: Session, object: Properties): Promise<boolean> {
  try {
    return (await settings.client?.isNamespaced(String(object["apiVersion"]), String(object["kind"]))) ?? false;
  } catch (error) {
    if (error instanceof KubeError && error.reason === "UnknownKind") return false;
    throw error;
  }
}

/** An error together with how its resource's properties are encoded. */
class EncodedError extends Error {
  readonly service: Partial<grpc.ServiceError>;
  constructor(service: Partial<grpc.ServiceError>) {
    super(service.details);
    this.service = service;
  }
}

/** Runs an operation whose answer, or whose error, holds properties that must be marked secret where the inputs were. */
async function withSecrets<T>(
  inputs: Properties,
  secrets: readonly Path[],
  operation: (encodeState: Encode) => Promise<T>,
): Promise<T> {
  const encodeState: Encode = (properties) => encode(properties, secretOutputs({ ...inputs, ...properties }, secrets));
  try {
    return await operation(encodeState);
  } catch (error) {
    throw new EncodedError(serviceError(error, encodeState, (message) => hideSecrets(message, inputs, secrets)));
  }
}

function propertyDiff({ kind, replaces, inInputs }: Difference): pb.PropertyDiff {
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } = providerPb.PropertyDiff.Kind;
  const kinds = {
    add: [ADD, ADD_REPLACE],
    delete: [DELETE, DELETE_REPLACE],
    update: [UPDATE, UPDATE_REPLACE],
  } as const;
  return new providerPb.PropertyDiff().setKind(kinds[kind][replaces ? 1 : 0]).setInputdiff(inInputs);
}

function toDiffResponse({ differences, deleteBeforeReplace }: Diff): pb.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = providerPb.DiffResponse.DiffChanges;
  const answer = new providerPb.DiffResponse().setChanges(differences.length > 0 ? DIFF_SOME : DIFF_NONE);
  answer.setDeletebeforereplace(deleteBeforeReplace).setHasdetaileddiff(true);
  answer.setDiffsList([...new Set(differences.map(({ path }) => String(path[0])))]);
  answer.setReplacesList(differences.filter(({ replaces }) => replaces).map(({ path }) => formatPath(path)));
  for (const difference of differences)
    answer.getDetaileddiffMap().set(formatPath(difference.path), propertyDiff(difference));
  return answer;
}

/** A changed configuration never replaces the provider, and with it every object: the cluster stays the one it is. */
function diffConfig(request: pb.DiffRequest): pb.DiffResponse {
  const changes = changesBetween(decode(request.getOldInputs()).value, decode(request.getNews()).value);
  const { DIFF_NONE, DIFF_SOME } = providerPb.DiffResponse.DiffChanges;
  return new providerPb.DiffResponse().setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE);
}

/** One call as gRPC wants it. */
function unary<Q, A>(answer: (request: Q) => A | Promise<A>): grpc.handleUnaryCall<Q, A> {
  return (call, callback) => {
    void (async () => {
      try {
        callback(null, await answer(call.request));
      } catch (error) {
        callback(
          error instanceof EncodedError
            ? error.service
            : serviceError(
                error,
                (properties) => encode(properties, []),
                (message) => message,
              ),
        );
      }
    })();
  };
}

function refuse(what: string): never {
  throw new Error(notSupported(what));
}

/** Serves the provider on a free loopback port. Returns the port. */
export async function serve(engineAddress: string): Promise<number> {
  const provider = new Provider(engineAddress);
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(providerGrpc.ResourceProviderService, {
    handshake: unary(() =>
      new providerPb.ProviderHandshakeResponse().setAcceptSecrets(true).setSupportsAutonamingConfiguration(true),
    ),
    attach: unary((request: pluginPb.PluginAttach) => {
      provider.attach(request.getAddress());
      return new emptyPb.Empty();
    }),
    getPluginInfo: unary(() => new pluginPb.PluginInfo().setVersion(version)),
    getSchema: unary(() => new providerPb.GetSchemaResponse().setSchema("{}")),
    checkConfig: unary((request: pb.CheckRequest) => new providerPb.CheckResponse().setInputs(request.getNews())),
    diffConfig: unary(diffConfig),
    configure: unary((request: pb.ConfigureRequest) => provider.configure(request)),
    check: unary((request: pb.CheckRequest) => provider.check(request)),
    diff: unary((request: pb.DiffRequest) => provider.diff(request)),
    create: unary((request: pb.CreateRequest) => provider.create(request)),
    read: unary((request: pb.ReadRequest) => provider.read(request)),
    update: unary((request: pb.UpdateRequest) => provider.update(request)),
    delete: unary((request: pb.DeleteRequest) => provider.delete(request)),
    cancel: unary(() => {
      provider.cancel();
      return new emptyPb.Empty();
    }),
    invoke: unary((request: pb.InvokeRequest) => refuse(request.getTok())),
    call: unary((request: pb.CallRequest) => refuse(request.getTok())),
    construct: unary((request: pb.ConstructRequest) => refuse(request.getType())),
  });
  // The engine asks a plugin to end by a signal and kills it five seconds later. What is under way is answered first.
  const end = () => {
    provider.cancel();
    server.tryShutdown(() => process.exit(0));
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}
