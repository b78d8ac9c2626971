import { z } from "zod";
import type { KubeObject } from "../../kube/client.ts";
import { conditionsOf, numberField } from "../../kube/fields.ts";
import { workloadReasons } from "./pods.ts";
import { parseJsonPath, select } from "./json-path.ts";
import { type Awaiter, ready, type Verdict, waiting } from "./verdict.ts";

/** What the annotation `pulumi.com/waitFor` asks for: one expression, or a JSON list of them that must all hold. */
type Test = (object: KubeObject) => Verdict;

const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/** `condition=Ready` or `condition=Ready=False`, as `kubectl wait` has it. */
function conditionTest(expression: string): Test {
  const [wantedType = "", wantedStatus = "True"] = expression.split("=", 2);
  return (object) => {
    const condition = conditionsOf(object).find(({ type }) => same(type, wantedType));
    if (condition === undefined) return waiting(`it has no condition ${wantedType} yet`);
    const seen = condition.observedGeneration ?? numberField(object, "status", "observedGeneration");
    if (seen !== undefined && seen < (object.metadata.generation ?? 0))
      return waiting(`its condition ${wantedType} is of an older generation`);
    if (same(condition.status, wantedStatus)) return ready;
    const why = [condition.reason, condition.message].filter(Boolean).join(": ");
    return waiting(`its condition ${wantedType} is ${condition.status}, not ${wantedStatus}${why && ` (${why})`}`);
  };
}

/** `jsonpath={.status.phase}=Running`, or without a value where it is enough that the field is there. */
function jsonPathTest(expression: string): Test {
  const match = /^\{(.*)\}(?:=(.*))?$/s.exec(expression);
  const [, text = "", wanted] = match ?? [];
  if (match === null || wanted === "" || wanted?.startsWith("{"))
    throw new Error(`"jsonpath=${expression}" is not understood; write jsonpath={.path} or jsonpath={.path}=value`);
  const path = parseJsonPath(text);
  return (object) => {
    const [found] = select(object, path);
    if (found === undefined) return waiting(`{${text}} is not there yet`);
    if (wanted === undefined) return ready;
    const seen = typeof found === "string" ? found : JSON.stringify(found);
    return seen === wanted ? ready : waiting(`{${text}} is ${seen}, not ${wanted}`);
  };
}

function testOf(expression: string): Test {
  const [prefix, rest] = [expression.slice(0, expression.indexOf("=")), expression.slice(expression.indexOf("=") + 1)];
  if (prefix === "condition" && rest !== "") return conditionTest(rest);
  if (prefix === "jsonpath" && rest !== "") return jsonPathTest(rest);
  throw new Error(
    `"${expression}" is not understood; write condition=Type, condition=Type=Status or jsonpath={.path}=value`,
  );
}

function expressionsOf(annotation: string): readonly string[] {
  if (!annotation.trimStart().startsWith("[")) return [annotation];
  const list = z.array(z.string()).min(1).safeParse(parseJson(annotation)).data;
  if (list === undefined) throw new Error(`"${annotation}" is not a JSON list of at least one text`);
  return list;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Waits for what an object's annotation `pulumi.com/waitFor` says, in place of what its kind would wait for. @throws Error when it cannot be read. */
export function askedFor(annotation: string): Awaiter {
  let tests: readonly Test[];
  try {
    tests = expressionsOf(annotation).map(testOf);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new Error(`The annotation pulumi.com/waitFor cannot be read: ${error.message}.`, { cause: error });
  }
  return {
    judge: (object) => tests.map((test) => test(object)).find(({ state }) => state !== "ready") ?? ready,
    reasons: workloadReasons,
  };
}
