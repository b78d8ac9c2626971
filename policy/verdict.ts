import type { ReportViolation } from "@pulumi/policy";
import { isUnknownValueError } from "./known.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";

/** One reason to refuse an object. The four texts are parts of one sentence: no capital, no full stop. */
interface Finding {
  /** The part of the object, such as `container "vllm" (spec.template.spec.containers[0])`; absent for the whole object. */
  readonly at?: string;
  /** What the object has. Never the value of a secret. */
  readonly found: string;
  readonly allowed: string;
  /** What to do next. */
  readonly fix: string;
}

/** Collects what a rule has to say about one resource or one stack. */
export interface Verdict {
  /** Reports a violation. */
  refuse(object: KubernetesObject, finding: Finding): void;
  /**
   * Runs one check. Where it reads a value that is not known during a preview, the check is left undecided and the others go on.
   * @returns what `check` gives, or `undefined` where it is undecided
   */
  attempt<T>(check: () => T): T | undefined;
  /** Runs one check for each item of a list that may be absent, or not known. */
  each<T>(read: () => readonly T[] | null | undefined, check: (item: T, index: number) => void): void;
  /**
   * Ends the verdict.
   * @throws the engine's own error for the first undecided check: the engine turns it into an advisory message that the rule could not
   * be run in full during this preview. During an update every value is known.
   */
  close(): void;
}

/** Starts a verdict whose violations go to `report`. */
export function openVerdict(report: ReportViolation): Verdict {
  const undecided: unknown[] = [];
  const attempt = <T>(check: () => T): T | undefined => {
    try {
      return check();
    } catch (error) {
      if (!isUnknownValueError(error)) throw error;
      undecided.push(error);
      return undefined;
    }
  };
  return {
    attempt,
    each: (read, check) => {
      const list = attempt(read) ?? [];
      for (const index of list.keys()) {
        attempt(() => {
          const item = list[index];
          if (item !== undefined) check(item, index);
        });
      }
    },
    refuse: (object, { at, found, allowed, fix }) => {
      const subject = at === undefined ? object.title : `${object.title}, ${at}`;
      report(`${subject}: found ${found}. Allowed: ${allowed}. To do: ${fix}.`, object.urn);
    },
    close: () => {
      if (undecided.length > 0) throw undecided[0];
    },
  };
}
