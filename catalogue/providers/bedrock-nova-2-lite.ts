import { defineProvider } from "../define.ts";

export const provider = defineProvider({
  id: "bedrock-nova-2-lite",
  title: "Amazon Nova 2 Lite on Amazon Bedrock",
  publisher: "Amazon",
  host: "bedrock-runtime.{region}.amazonaws.com",
  region: "us-east-1",
  api: {
    kind: "rest",
    paths: [
      { path: "/model/{model}/converse", target: "/model/{model}/converse", dialect: "converse" },
      { path: "/model/{model}/converse-stream", target: "/model/{model}/converse-stream", dialect: "converse-stream" },
    ],
  },
  credential: "bedrock",
  model: "global.amazon.nova-2-lite-v1:0",
  licences: ["aws-service-terms"],
  newer: { versions: [], row: null },
  notes:
    "An inference profile: global. may answer from any region, eu. and us. from theirs alone. The credential is an Amazon Bedrock API key.",
  sources: [
    "https://docs.aws.amazon.com/nova/latest/nova2-userguide/core-inference.html",
    "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html",
    "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-use.html",
  ],
  evidence: "vendor",
  read: "2026-11-23",
});
