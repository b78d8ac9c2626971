import { bodyBasedRouter } from "../catalogue/controllers/body-based-router.ts";
import { devicePlugin } from "../catalogue/controllers/device-plugin.ts";
import type { Catalogue, Model } from "../catalogue/types/index.ts";
import type { KubeObject } from "./kube/client.ts";
import { containersOf } from "./kube/views.ts";
import { personaOf, type ImageFacts } from "./model-server/persona.ts";
import { startModelServer, type Fault, type ModelServer } from "./model-server/server.ts";

/** What runs in the place of a container. It begins in the state of a process that is still loading. */
export interface Program {
  /** Its start-up is over: from here on it serves. */
  readonly load: () => Promise<void>;
  /** Ends it at once, also while it loads. May be called again. */
  readonly stop: () => Promise<void>;
}

/** Starts what an image stands for, on the pod's own address. */
export type Role = (pod: KubeObject, address: string) => Promise<Program>;

export interface ImageRole {
  readonly start: Role;
  /** Whether the image's registry asks for a credential. */
  readonly isPrivate: boolean;
}

export const nothing: Program = { load: () => Promise.resolve(), stop: () => Promise.resolve() };

const kinds = { chat: "chat", embeddings: "embedding", rerank: "rerank", rest: "rest" } as const;

const imageOf = ({ image }: Model) => `${image.repository}:${image.tag}`;

/** What a model's row puts into its container, as `name=value` and as arguments. */
const marksOf = ({ huggingFace, args, env }: Model): readonly string[] => [
  ...(huggingFace === null ? [] : [huggingFace]),
  ...args,
  ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
];

/**
 * What a server of a pod answers, from the catalogue. Where several models share an image, the weights, arguments and variables that the
 * pod names tell them apart. Undefined for an image that the catalogue does not know.
 */
export function factsOf(pod: KubeObject, catalogue: Catalogue): ImageFacts | undefined {
  const [container] = containersOf(pod);
  const sharing = [...catalogue.models.values()].filter((model) => imageOf(model) === container?.image);
  const said = new Set([
    ...(container?.args ?? []),
    ...(container?.env ?? []).map(({ name, value }) => `${name}=${value}`),
  ]);
  const fitting = sharing
    .filter((one) => marksOf(one).every((mark) => said.has(mark)))
    .toSorted((a, b) => marksOf(b).length - marksOf(a).length);
  const [model = sharing[0]] = fitting;
  if (!model) return undefined;
  const { runtime, api, healthPath } = model;
  // An image that nothing tells apart has the paths of all its models.
  const same = fitting.filter((one) => one.api.kind === api.kind && marksOf(one).length === marksOf(model).length);
  const paths = [...new Set([...api.paths, ...same.flatMap((one) => one.api.paths)])];
  return { runtime: catalogue.runtimes[runtime], healthPath, api: kinds[api.kind], paths };
}

/**
 * A model server that loads first: until then it listens and says that it is not ready, or does not listen at all, as its runtime does.
 * @param start starts it, broken as the fault says.
 */
export async function loadingServer(
  listensWhileLoading: boolean,
  start: (fault?: Fault) => Promise<ModelServer>,
  fault?: Fault,
): Promise<Program> {
  let server = listensWhileLoading ? await start("unready") : undefined;
  let isStopped = false;
  return {
    load: async () => {
      await server?.close();
      server = await start(fault);
      if (isStopped) await server.close();
    },
    stop: async () => {
      isStopped = true;
      await server?.close();
    },
  };
}

/**
 * The role of each image that a rehearsal knows.
 * @param startRouter starts the real body-based router as a pod of it describes.
 * @param faults how to break servers, by specialist.
 */
export function rolesOf(
  catalogue: Catalogue,
  startRouter: (pod: KubeObject) => Promise<Program>,
  faults: ReadonlyMap<string, Fault>,
): ReadonlyMap<string, ImageRole> {
  const serveModel: Role = async (pod, address) => {
    const facts = factsOf(pod, catalogue);
    const port = containersOf(pod)[0]?.ports[0]?.containerPort;
    if (!facts || port === undefined)
      throw new Error("its first container names no port, or no image of the catalogue");
    const persona = personaOf(pod, facts);
    const start = (fault?: Fault) => startModelServer(persona, { address, port, ...(fault && { fault }) });
    return loadingServer(facts.runtime.listensWhileLoading, start, faults.get(persona.specialist));
  };
  return new Map<string, ImageRole>([
    ...[...catalogue.models.values()].map(
      (model) => [imageOf(model), { start: serveModel, isPrivate: model.imagePullCredential !== null }] as const,
    ),
    [
      `${devicePlugin.image.repository}:${devicePlugin.image.tag}`,
      { start: () => Promise.resolve(nothing), isPrivate: false },
    ],
    [`${bodyBasedRouter.image.repository}:${bodyBasedRouter.image.tag}`, { start: startRouter, isPrivate: false }],
  ]);
}
