// Makes the calls that stdin lists, one after the other, and prints what became of each as JSON.
// Input: {"endpoint", "accessKeyId", "secretAccessKey", "maxAttempts", "calls": [[name, input]]}
import * as amplify from "@aws-sdk/client-amplifybackend";
import { text } from "node:stream/consumers";

const { endpoint, accessKeyId, secretAccessKey, maxAttempts, calls } = JSON.parse(
  await text(process.stdin),
);
const client = new amplify.AmplifyBackendClient({
  endpoint,
  region: "eu-west-1",
  credentials: { accessKeyId, secretAccessKey },
  maxAttempts,
});

async function outcome(name, input) {
  try {
    const { $metadata, ...output } = await client.send(new amplify[`${name}Command`](input));
    return { output, status: $metadata.httpStatusCode, attempts: $metadata.attempts };
  } catch (error) {
    const { name, message, resourceType, limitType, $metadata } = error;
    const known = error instanceof (amplify[name] ?? Error) && name in amplify;
    const { httpStatusCode: status, attempts } = $metadata ?? {};
    return { error: name, known, message, resourceType, limitType, status, attempts };
  }
}

const outcomes = [];
for (const [name, input] of calls) {
  outcomes.push(await outcome(name, input));
}
client.destroy();
console.log(JSON.stringify(outcomes));
