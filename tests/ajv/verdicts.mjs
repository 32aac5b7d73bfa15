// Reads pairs, one JSON a line, and writes what ajv says to each: the pair's digest, and its violations' initials or `-`.
// Set up as rudder-transformer does it (src/util/eventValidation.js): the 2019-09 class, draft-07 added, all errors.
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const Ajv2019 = require("ajv/dist/2019").default;
const ajv = new Ajv2019({ strictRequired: true, allErrors: true, verbose: true, allowUnionTypes: true, logger: false });
ajv.addMetaSchema(require("ajv/dist/refs/json-schema-draft-07.json"));
require("ajv-formats").default(ajv);

// Required-Missing, Datatype-Mismatch, Additional-Properties; all else is Unknown-Violation
const INITIALS = { required: "R", type: "D", additionalProperties: "A" };
const validators = new Map();

function validator(schema) {
  const text = JSON.stringify(schema);
  if (!validators.has(text)) validators.set(text, ajv.compile(schema));
  return validators.get(text);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { schema, message } = JSON.parse(line);
  const validate = validator(schema);
  const initials = validate(message) ? ["-"] : validate.errors.map((error) => INITIALS[error.keyword] ?? "U");
  const digest = createHash("sha256").update(line).digest("hex").slice(0, 8);
  console.log(`${digest} ${[...new Set(initials)].sort().join("")}`);
}
