import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { KubeClient } from "../kube/client.ts";
import { isMap, type Properties } from "../kube/paths.ts";
import { hasUnknown } from "./properties.ts";

/** What the provider's configuration says, defaults filled in. */
export interface Settings {
  /** Undefined while the kubeconfig is not known yet (the cluster is created by the same program). */
  readonly client: KubeClient | undefined;
  /** Where objects go that name no namespace. */
  readonly namespace: string;
  /** Deleting succeeds, and reading finds nothing, when the API server cannot be reached. Default false. */
  readonly deleteUnreachable: boolean;
  /** Default false: creating an object that is already there is refused. */
  readonly upsertExistingObjects: boolean;
  /** Default false: fields that another manager owns are not taken over, save with the annotation. */
  readonly patchForce: boolean;
  /** Default false: changed data replaces the object. */
  readonly mutableConfigMaps: boolean;
  readonly mutableSecrets: boolean;
}

/** Kubeconfig content as given, or out of a file, or out of the places where kubectl looks. @throws Error naming what was tried. */
function readKubeconfig(given: unknown): string {
  if (isMap(given)) return JSON.stringify(given);
  if (typeof given === "string" && (given.includes("\n") || given.trimStart().startsWith("{"))) return given;
  const home = homedir();
  const tried =
    typeof given === "string" && given !== ""
      ? [given.replace(/^~(?=\/)/, home)]
      : (process.env["KUBECONFIG"]?.split(delimiter) ?? [join(home, ".kube", "config")]).filter((path) => path !== "");
  const found = tried.find((path) => existsSync(path));
  if (found === undefined) {
    throw new Error(
      `No kubeconfig at ${tried.join(", ")}. Set the provider's "kubeconfig" to a kubeconfig's content or path.`,
    );
  }
  return readFileSync(found, "utf8");
}

/** An API server may restart in the middle of an update; one that does not come back must not hold the update for long. */
const patienceSeconds = 45;

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
/** The SDK sends booleans as JSON text. */
const flag = (value: unknown, variable: string): boolean =>
  value === undefined || value === null
    ? ["true", "1"].includes(process.env[variable]?.toLowerCase() ?? "")
    : value === true || value === "true";

/** @throws Error when an option asks for what the stand-in cannot do, or when the kubeconfig is unusable. */
export function readSettings(args: Properties): Settings {
  if (args["enableServerSideApply"] === "false" || args["enableServerSideApply"] === false) {
    throw new Error(
      "The stand-in Kubernetes plugin only does server-side apply; leave out enableServerSideApply: false.",
    );
  }
  if (text(args["renderYamlToDirectory"]) !== undefined) {
    throw new Error("The stand-in Kubernetes plugin does not render YAML; leave out renderYamlToDirectory.");
  }
  const known = !hasUnknown([args["kubeconfig"], args["context"], args["cluster"]]);
  const client = known
    ? new KubeClient(readKubeconfig(args["kubeconfig"]), {
        context: text(args["context"]),
        cluster: text(args["cluster"]),
        patienceSeconds,
      })
    : undefined;
  return {
    client,
    namespace: text(args["namespace"]) ?? client?.defaultNamespace ?? "default",
    deleteUnreachable: flag(args["deleteUnreachable"], "PULUMI_K8S_DELETE_UNREACHABLE"),
    upsertExistingObjects: flag(args["upsertExistingObjects"], "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
    patchForce: flag(args["enablePatchForce"], "PULUMI_K8S_ENABLE_PATCH_FORCE"),
    mutableConfigMaps: flag(args["enableConfigMapMutable"], "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
    mutableSecrets: flag(args["enableSecretMutable"], "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
  };
}
