// ajv: every schema that is served compiles, with the formats of dates, and every sample fits its own.
import addFormats from 'ajv-formats';
import Ajv from 'ajv/dist/2020.js';
import { readdirSync, readFileSync } from 'node:fs';

const get = async (path) => (await fetch(`http://127.0.0.1:${process.env.HTTP}${path}`)).json();
const ajv = new Ajv({ allowUnionTypes: true });
addFormats(ajv);

const index = await get('/schemas');
const envelope = ajv.compile(await get(index.envelope));
const data = {};
for (const known of index.types) data[known.type] = ajv.compile(await get(known.schema));

const folder = `${process.env.MESSAGES}/social/`;
const samples = readdirSync(folder).filter((name) => name.endsWith('.json') && !name.startsWith('rejected-'));
for (const name of samples) {
  const event = JSON.parse(readFileSync(folder + name, 'utf8'));
  for (const [validate, value] of [[envelope, event], [data[event.type], event.data]]) {
    if (!validate(value)) throw new Error(`${name}: ${ajv.errorsText(validate.errors)}`);
  }
}
console.log(`${Object.keys(data).length + 1} schemas compile, ${samples.length} samples fit`);
