// Makes the calls that stdin lists, one after the other, and prints what became of each as JSON.
// Input: {"endpoint", "accessKeyId", "secretAccessKey", "maxAttempts", "calls": [[name, input]]}
import * as amplify from "@aws-sdk/client-amplify";
import * as amplifybackend from "@aws-sdk/client-amplifybackend";
import { text } from "node:stream/consumers";

const { endpoint, accessKeyId, secretAccessKey, maxAttempts, calls } = JSON.parse(
  await text(process.stdin),
);
const settings = {
  endpoint,
  region: "eu-west-1",
  credentials: { accessKeyId, secretAccessKey },
  maxAttempts,
};
const services = [
  { sdk: amplifybackend, client: new amplifybackend.AmplifyBackendClient(settings) },
  { sdk: amplify, client: new amplify.AmplifyClient(settings) },
];

async function outcome(operation, input) {
  const command = `${operation}Command`;
  const { sdk, client } = services.find((each) => command in each.sdk);
  try {
    const { $metadata, ...output } = await client.send(new sdk[command](input));
    return { output, status: $metadata.httpStatusCode, attempts: $metadata.attempts };
  } catch (error) {
    const { name, message, resourceType, limitType, $metadata } = error;
    const known = error instanceof (sdk[name] ?? Error) && name in sdk;
    const { httpStatusCode: status, attempts } = $metadata ?? {};
    return { error: name, known, message, resourceType, limitType, status, attempts };
  }
}

const outcomes = [];
for (const [name, input] of calls) {
  outcomes.push(await outcome(name, input));
}
services.forEach(({ client }) => client.destroy());
console.log(JSON.stringify(outcomes));
