import type { Catalogue, Model } from "../catalogue/types.ts";
import { bodyBasedRouter } from "../catalogue/controllers/body-based-router.ts";
import { devicePlugin } from "../catalogue/controllers/device-plugin.ts";
import type { KubeObject } from "./kube/client.ts";
import { containersOf } from "./kube/views.ts";
import { personaOf, type ImageFacts } from "./model-server/persona.ts";
import { startModelServer, type Fault } from "./model-server/server.ts";

/** What runs in the place of a container. */
export interface Program {
  readonly stop: () => Promise<void>;
}

/** Starts what an image stands for, on the pod's own address. */
export type Role = (pod: KubeObject, address: string) => Promise<Program>;

export const nothing: Program = { stop: () => Promise.resolve() };

const kinds = { chat: "chat", embeddings: "embedding", rest: "rest" } as const;

const imageOf = ({ image }: Model) => `${image.repository}:${image.tag}`;

/**
 * What a server of a pod answers, from the catalogue. Where several models share an image, the weights that the pod's own arguments name
 * tell them apart. Undefined for an image that the catalogue does not know.
 */
export function factsOf(pod: KubeObject, catalogue: Catalogue): ImageFacts | undefined {
  const [container] = containersOf(pod);
  const sharing = [...catalogue.models.values()].filter((model) => imageOf(model) === container?.image);
  const named = sharing.find(({ huggingFace }) => huggingFace !== null && container?.args.includes(huggingFace));
  const model = named ?? sharing[0];
  return model && { runtime: model.runtime, api: kinds[model.api.kind], paths: model.api.paths };
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
): ReadonlyMap<string, Role> {
  const serveModel: Role = async (pod, address) => {
    const facts = factsOf(pod, catalogue);
    const port = containersOf(pod)[0]?.ports[0]?.containerPort;
    if (!facts || port === undefined)
      throw new Error("its first container names no port, or no image of the catalogue");
    const persona = personaOf(pod, facts);
    const fault = faults.get(persona.specialist);
    const server = await startModelServer(persona, { address, port, ...(fault && { fault }) });
    return { stop: () => server.close() };
  };
  return new Map<string, Role>([
    ...[...catalogue.models.values()].map((model) => [imageOf(model), serveModel] as const),
    [`${devicePlugin.image.repository}:${devicePlugin.image.tag}`, () => Promise.resolve(nothing)],
    [`${bodyBasedRouter.image.repository}:${bodyBasedRouter.image.tag}`, startRouter],
  ]);
}
