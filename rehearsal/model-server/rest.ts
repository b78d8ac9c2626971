import { z } from "zod";
import type { Route } from "./answer.ts";
import { readFields } from "./fields.ts";

const requestSchema = z.record(z.string(), z.unknown());
const maxFieldsTold = 100;

/**
 * An image's own inference path, for instance /biology/mit/boltz2/predict, or everything below one: /v2/models/*. Its schema is not
 * simulated: any JSON object gets an answer that says which fields arrived.
 */
export const restRoute = (path: string): Route => ({
  method: "POST",
  path,
  purpose: "inference",
  answer: (state, body) => {
    const read = readFields(requestSchema, body);
    if ("refused" in read) return read.refused;
    state.requests += 1;
    state.finished.stop += 1;
    return {
      status: 200,
      json: { simulated: true, path, received: Object.keys(read.fields).slice(0, maxFieldsTold) },
    };
  },
});
