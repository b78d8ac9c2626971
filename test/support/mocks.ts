import * as pulumi from "@pulumi/pulumi";
import { vi } from "vitest";
import { z } from "zod";

/** Pulumi's wire format: the key and values by which special values are known inside plain data. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const wireSecret = z.object({ [signatureKey]: z.literal("1b47061264138c4ac30d75fd1eb44270"), value: z.unknown() });
const wireResource = z.object({ [signatureKey]: z.literal("5cf8f73096256a8f31e491e813e4eb8e"), urn: z.string() });
const wireUnknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const map = z.record(z.string(), z.unknown());

/** Stands for a value that a preview does not know yet. */
export const unknown = "(unknown)";

export type Properties = Readonly<Record<string, unknown>>;

/** One resource as the program declared it. Other resources are named by their Pulumi names. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  /** Empty for a child of the stack. */
  readonly parent: string;
  /** Secrets unwrapped, unknown values as {@link unknown}, resources as `resource NAME`. */
  readonly inputs: Properties;
  /** Paths of inputs that are secret, such as `stringData.value`; nothing below a secret is listed again. */
  readonly secrets: readonly string[];
  /** Everything that it waits for: `dependsOn`, and resources whose outputs are among its inputs. */
  readonly dependsOn: readonly string[];
  /** Provider of a custom resource; empty for the default one. */
  readonly provider: string;
  readonly protect: boolean;
  /** Earlier URNs and names. Earlier types are left out: the SDK has its own for API versions of old. */
  readonly aliases: readonly string[];
  readonly timeouts: { readonly create: string; readonly update: string };
  readonly transforms: number;
  /** What a component registered at its end; undefined where it never did. */
  readonly outputs: Properties | undefined;
}

export interface RecorderOptions {
  /** Default false. */
  readonly preview?: boolean;
  /** Whether a preview knows what resources will look like; it does not before the cluster is there. Default true. */
  readonly clusterKnown?: boolean;
}

export interface Recorder {
  /** Waits for every registration and gives them sorted by parent, then name. */
  readonly settle: () => Promise<readonly Registration[]>;
}

interface Decoded {
  readonly value: unknown;
  readonly secrets: readonly string[];
}

function decode(wire: unknown, path = ""): Decoded {
  if (Array.isArray(wire)) {
    const items = wire.map((item, index) => decode(item, `${path}[${index}]`));
    return { value: items.map(({ value }) => value), secrets: items.flatMap(({ secrets }) => secrets) };
  }
  const secret = wireSecret.safeParse(wire);
  if (secret.success) return { value: decode(secret.data.value).value, secrets: [path] };
  const resource = wireResource.safeParse(wire);
  if (resource.success) return { value: `resource ${nameIn(resource.data.urn)}`, secrets: [] };
  const properties = map.safeParse(wire);
  if (!properties.success) return { value: wire === wireUnknown ? unknown : wire, secrets: [] };
  const entries = Object.entries(properties.data).map(
    ([key, item]) => [key, decode(item, path === "" ? key : `${path}.${key}`)] as const,
  );
  return {
    value: Object.fromEntries(entries.map(([key, { value }]) => [key, value])),
    secrets: entries.flatMap(([, { secrets }]) => secrets),
  };
}

const decodeProperties = (wire: unknown) => {
  const { value, secrets } = decode(wire ?? {});
  return { value: map.parse(value), secrets };
};

/** `urn:pulumi:STACK::PROJECT::TYPES::NAME`, and for a provider its id after that. */
const nameIn = (urn: string) => urn.split("::")[3] ?? "";

/**
 * Replaces the engine by one that records. Call it first in a test, then import the component, declare, and `settle()` in every case:
 * what is still under way would meet the next test's recorder, of which there is one at a time.
 * It proves no transform, alias, replacement or wait: those belong to the real engine.
 */
export async function startRecorder({ preview = false, clusterKnown = true }: RecorderOptions = {}): Promise<Recorder> {
  const isOnCluster = (type: string) => type.startsWith("kubernetes:");
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, custom }) => ({
        id: custom ? `${name}-id` : undefined,
        // What the engine gives to a preview whose provider is not configured yet: nothing at all.
        state: preview && !clusterKnown && isOnCluster(type) ? {} : map.parse(inputs),
      }),
      call: ({ token }) => {
        throw new Error(`No component calls ${token}`);
      },
    },
    "polymath",
    "test",
    preview,
  );
  const monitor = pulumi.runtime.getMonitor();
  if (monitor === undefined) throw new Error("setMocks set no monitor");
  const registered = vi.spyOn(monitor, "registerResource");
  const finished = vi.spyOn(monitor, "registerResourceOutputs");
  return {
    settle: async () => {
      await pulumi.runtime.disconnect();
      const outputs = new Map(
        finished.mock.calls.map(([request]) => [
          request.getUrn(),
          decodeProperties(request.getOutputs()?.toJavaScript()).value,
        ]),
      );
      const outputsOf = (type: string, name: string) =>
        [...outputs].find(([urn]) => urn.endsWith(`${type}::${name}`))?.[1];
      return registered.mock.calls
        .map(([request]): Registration => {
          const { value: inputs, secrets } = decodeProperties(request.getObject()?.toJavaScript());
          const timeouts = request.getCustomtimeouts();
          return {
            type: request.getType(),
            name: request.getName(),
            parent: nameIn(request.getParent()),
            inputs,
            secrets,
            dependsOn: request.getDependenciesList().map(nameIn).sort(),
            provider: nameIn(request.getProvider()),
            protect: request.getProtect() === true,
            aliases: request
              .getAliasesList()
              .map((alias) => alias.getUrn() || (alias.getSpec()?.getName() ?? ""))
              .filter((alias) => alias !== ""),
            timeouts: { create: timeouts?.getCreate() ?? "", update: timeouts?.getUpdate() ?? "" },
            transforms: request.getTransformsList().length,
            outputs: outputsOf(request.getType(), request.getName()),
          };
        })
        .sort((a, b) => (a.parent === b.parent ? (a.name < b.name ? -1 : 1) : a.parent < b.parent ? -1 : 1));
    },
  };
}
