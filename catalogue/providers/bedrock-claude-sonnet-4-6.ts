import { defineProvider } from "../define.ts";

export const provider = defineProvider({
  id: "bedrock-claude-sonnet-4-6",
  title: "Claude Sonnet 4.6 on Amazon Bedrock",
  publisher: "Anthropic / Amazon Web Services",
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
  model: "global.anthropic.claude-sonnet-4-6",
  licences: ["aws-service-terms"],
  newer: { versions: [], row: null },
  notes:
    "An inference profile: global. may answer from any region, eu. and us. from theirs alone. The credential is an Amazon Bedrock API key.",
  sources: [
    "https://platform.claude.com/docs/en/build-with-claude/claude-on-amazon-bedrock.md",
    "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html",
    "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-use.html",
  ],
  evidence: "vendor",
  read: "2026-11-23",
});
