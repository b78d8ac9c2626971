import type {
  AcceleratorKind,
  ApiKind,
  CredentialId,
  DataClass,
  Evidence,
  Provider,
  ProviderPath,
  RegulationId,
  RuntimeId,
} from "../catalogue/types/index.ts";
import type { Finding } from "../config/finding.ts";
import type { Serving } from "./serving.ts";

/** Everything that will be declared: plain, readonly, serialisable, without a secret. Every name is already in it. */
export interface Plan {
  readonly schema: 1;
  readonly environment: string;
  readonly cluster: ClusterPlan;
  readonly namespaces: readonly NamespacePlan[];
  readonly pools: readonly PoolPlan[];
  readonly specialists: readonly SpecialistPlan[];
  readonly gateway: GatewayPlan;
  readonly secrets: readonly SecretNeed[];
  readonly cost: CostPlan;
  /** Warnings, and errors that a waiver covers. An error without one never leaves the planner. */
  readonly findings: readonly Finding[];
  readonly waived: readonly string[];
  /** Where its images may come from. */
  readonly registries: readonly string[];
  /** What has to be brought before this can be deployed; a rehearsal simulates it. */
  readonly missing: readonly Finding[];
  /** What the lock could not resolve. */
  readonly unresolved: readonly string[];
}

export type ClusterPlan =
  | { readonly kind: "existing"; readonly context?: string; readonly kubeconfig?: string }
  | { readonly kind: "rehearsal"; /** How many its nodes are spread over. */ readonly zones: number };

export interface NamespacePlan {
  readonly name: string;
  readonly domain: string;
  readonly governance: GovernancePlan;
}

/** What counts in a domain: its bundle's rules, with what the stack file makes stricter or a waiver lets it make laxer. */
export interface GovernancePlan {
  /** Data that may be sent to it. */
  readonly dataClasses: readonly DataClass[];
  /** What usually applies. */
  readonly regulations: readonly RegulationId[];
  /** Whether requests may leave the cluster for an external provider. */
  readonly externalProviders: boolean;
  /** Whether a person has to look at an answer before it is acted on. */
  readonly humanReview: boolean;
}

/** GPU nodes that are interchangeable for the plan. */
export interface PoolPlan {
  readonly name: string;
  readonly accelerator: AcceleratorKind;
  readonly instanceType: string;
  readonly nodes: number;
  readonly gpusPerNode: number;
  /** Every replica in the pool takes this many, so that it is schedulable in any order of arrival. */
  readonly gpusPerReplica: number;
  readonly usdPerHour: number;
}

/** Where GPU memory goes, for each GPU; parts in GiB, null where they are not known. */
export interface SizePlan {
  readonly weightsGiB: number | null;
  readonly kvCacheGiB: number | null;
  readonly overheadGiB: number | null;
  /** "parts": the sum of the parts in GiB against what the runtime may take; "vendor": both figures in the vendor's GB. */
  readonly basis: "parts" | "vendor";
  readonly required: number;
  readonly available: number;
  readonly evidence: Evidence;
}

export interface SpecialistPlan {
  /** Public name, the `model` of a request. */
  readonly name: string;
  /** Every name that a request can call it by: its own, aliases, and with adapters each of them and the bare base model. */
  readonly names: readonly string[];
  /** Name of its Kubernetes objects. */
  readonly objectName: string;
  readonly model: string;
  readonly domain: string;
  readonly namespace: string;
  readonly runtime: RuntimeId;
  readonly pool: string;
  readonly replicas: number;
  readonly gpusPerReplica: number;
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly size: SizePlan;
  readonly serving: Serving;
  readonly store: StorePlan;
  readonly egress: readonly EgressPlan[];
  readonly api: ApiKind;
}

export interface StorePlan {
  readonly name: string;
  readonly sizeGiB: number;
  readonly accessMode: "ReadWriteOnce" | "ReadWriteMany";
  readonly className?: string;
}

export interface EgressPlan {
  readonly reason: string;
  readonly cidr: string;
  readonly except: readonly string[];
  readonly port: number;
}

export interface GatewayPlan {
  readonly namespace: string;
  readonly name: string;
  readonly className: string;
  readonly host: string;
  /** Clients with an API key; empty: no authentication. */
  readonly clients: readonly string[];
  readonly models: readonly ModelRoutePlan[];
  readonly paths: readonly PathRoutePlan[];
  /** What leaves the cluster. */
  readonly external: readonly ExternalRoutePlan[];
}

/** Requests whose `model` is one of the names. */
export interface ModelRoutePlan {
  readonly specialist: string;
  readonly names: readonly string[];
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
  readonly timeoutSeconds: number;
}

/** Requests on one path, for APIs that carry no model name. */
export interface PathRoutePlan {
  readonly specialist: string;
  /** As clients ask for it. */
  readonly path: string;
  /** As the server has it; the gateway rewrites the one into the other. */
  readonly target: string;
  /** The path itself, or everything below it too. */
  readonly match: "exact" | "prefix";
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
  readonly timeoutSeconds: number;
}

/** Requests that leave the cluster for an external provider. */
export interface ExternalRoutePlan {
  /** Id of the provider's row. */
  readonly provider: string;
  /** Name of its Kubernetes objects. */
  readonly objectName: string;
  readonly domain: string;
  readonly host: string;
  readonly port: number;
  /** "chat": a request on one of the paths whose `model` is one of the names; "rest": one on one of the paths. */
  readonly api: Provider["api"]["kind"];
  /** The model's id at the provider. */
  readonly model: string;
  /** The provider reads the body's `model` too, and nobody rewrites it: the model's id itself. Empty where the path holds it. */
  readonly names: readonly string[];
  readonly paths: readonly ProviderPath[];
  /** Key under `polymath:secrets` of the bearer token that the gateway adds. */
  readonly credential: CredentialId;
  readonly timeoutSeconds: number;
}

/** A value that deployment takes from `polymath:secrets`; the plan holds only its key. */
export interface SecretNeed {
  readonly key: string;
  readonly reason: string;
}

export interface CostPlan {
  readonly usdPerHour: number;
  /** 730 hours. */
  readonly usdPerMonth: number;
  readonly gpus: number;
  readonly priceDate: string;
  readonly region: string;
  readonly leftOut: readonly string[];
}
