import { createHash, randomBytes } from "node:crypto";
import { textField } from "../kube/fields.ts";
import type { Properties } from "../kube/paths.ts";
import { annotationOf } from "./naming.ts";
import { toSdkKeys } from "./sdk-keys.ts";

/** The keys that the official plugin keeps beside an object's own in the outputs, so that either reads the other's state. */
const inputsKey = "__inputs";
const initialApiVersionKey = "__initialApiVersion";
const fieldManagerKey = "__fieldManager";

/** Where the inputs lie within the outputs. */
export const inputsPath = [inputsKey] as const;

/** What a state says beside the object itself. */
export interface Notes {
  /** Under whose name the object's fields are applied. */
  readonly fieldManager: string;
  /** The API version with which the object was created. */
  readonly initialApiVersion: string;
}

/** Who applied an object whose state does not say so: this plugin, before it noted that. */
const unnotedManager = "pulumi-kubernetes";

/** Whose fields a state's object has. */
export function managerOf(state: Properties): string {
  return textField(state, fieldManagerKey) ?? unnotedManager;
}

/** The notes for an object that is read for the first time. Whoever reads it again gets the same, as long as nothing is kept of it. */
export function notesForRead(urn: string, apiVersion: string): Notes {
  const digits = createHash("sha256").update(urn).digest("hex").slice(0, 8);
  return { fieldManager: `pulumi-kubernetes-${digits}`, initialApiVersion: apiVersion };
}

/**
 * The notes for an object's next state: the annotation's field manager, else the state's, else, for a new object, one of its
 * own, so that two resources never give up each other's fields.
 * @param state the outputs so far; empty for a new object.
 */
export function notesFor(inputs: Properties, state: Properties): Notes {
  const isNew = Object.keys(state).length === 0;
  return {
    fieldManager:
      annotationOf(inputs, "pulumi.com/patchFieldManager") ||
      (isNew ? `pulumi-kubernetes-${randomBytes(4).toString("hex")}` : managerOf(state)),
    initialApiVersion: textField(state, initialApiVersionKey) ?? textField(inputs, "apiVersion") ?? "",
  };
}

/** Outputs as they are kept: the object as the SDK spells it, the inputs that made it, and the notes. */
export function stateOf(outputs: Properties, inputs: Properties, notes: Notes): Properties {
  return {
    ...toSdkKeys(outputs),
    [inputsKey]: toSdkKeys(inputs),
    [initialApiVersionKey]: notes.initialApiVersion,
    [fieldManagerKey]: notes.fieldManager,
  };
}

/** A state for where there is no room for all of it, the larger part first. Each still says which object it is, and whose. */
export function smallerStates(state: Properties): readonly Properties[] {
  const { [inputsKey]: _, ...withoutInputs } = state;
  const { apiVersion, kind, metadata, [initialApiVersionKey]: initial, [fieldManagerKey]: manager } = state;
  return [withoutInputs, { apiVersion, kind, metadata, [initialApiVersionKey]: initial, [fieldManagerKey]: manager }];
}
