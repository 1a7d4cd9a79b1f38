import Ajv2020, { type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { bodySchemaOf, type DescribedOperation, type Json, type OpenApi } from './description';

export type Refusal = Readonly<Record<string, readonly string[]>>;

type Refusals = (operation: DescribedOperation, body: string) => Refusal | undefined;

const known = new WeakMap<OpenApi, Refusals>();

/** Holds what is sent against a description. @returns what Forge says to a body of an operation, by field; undefined where it is right */
export function refusalsBy(description: OpenApi): Refusals {
  const refusals = known.get(description) ?? makeRefusals(description);
  known.set(description, refusals);
  return refusals;
}

function makeRefusals(description: OpenApi): Refusals {
  let ajv: Ajv2020 | undefined;
  const validators = new Map<DescribedOperation, ValidateFunction>();
  const validatorOf = (operation: DescribedOperation): ValidateFunction | undefined => {
    const compiled = validators.get(operation);
    const schema = compiled ? undefined : bodySchemaOf(description, operation);
    if (!schema) {
      return compiled;
    }
    if (!ajv) {
      ajv = new Ajv2020({ strict: false, allErrors: true });
      addFormats(ajv);
      ajv.addSchema(description, 'forge');
    }
    const made = ajv.compile(inDescription(schema));
    validators.set(operation, made);
    return made;
  };
  return (operation, body) => {
    const validate = validatorOf(operation);
    if (!validate || (body === '' && !operation.requestBody?.required)) {
      return undefined;
    }
    return validate(bodyOf(body)) ? undefined : byField(validate.errors ?? []);
  };
}

/** The schema with references that lead into the description wherever it is compiled. */
export function inDescription(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"forge#/')) as object;
}

/** The fields of a body. Without one that is JSON, Laravel takes no field to be there. */
export function bodyOf(text: string): Json {
  try {
    const body = JSON.parse(text) as unknown;
    return typeof body === 'object' && body !== null ? (body as Json) : {};
  } catch {
    return {};
  }
}

function byField(errors: readonly ErrorObject[]): Refusal {
  const refusal: Record<string, string[]> = {};
  for (const error of errors) {
    const place = error.instancePath.split('/').slice(1);
    const isMissing = error.keyword === 'required';
    const field = [...place, ...(isMissing ? [String(error.params.missingProperty)] : [])].join('.');
    refusal[field] ??= [words(error, field.replaceAll('_', ' '))];
  }
  return refusal;
}

/** What Laravel says where a field breaks a rule (lang/en/validation.php). */
function words({ keyword, params }: ErrorObject, name: string): string {
  const limit = `${params.limit}${keyword.endsWith('Length') ? ' characters' : ''}`;
  switch (keyword) {
    case 'required':
      return `The ${name} field is required.`;
    case 'type':
      return `The ${name} field must be ${kinds[[params.type].flat()[0] as string] ?? 'a string'}.`;
    case 'format':
      return `The ${name} field must be a valid ${formats[params.format as string] ?? 'date'}.`;
    case 'pattern':
      return `The ${name} field format is invalid.`;
    case 'maxLength':
    case 'maximum':
      return `The ${name} field must not be greater than ${limit}.`;
    case 'minLength':
    case 'minimum':
      return `The ${name} field must be at least ${limit}.`;
    case 'minItems':
      return `The ${name} field must have at least ${limit} items.`;
    default:
      return `The selected ${name} is invalid.`;
  }
}

const kinds: Readonly<Record<string, string>> = {
  boolean: 'true or false',
  integer: 'an integer',
  number: 'a number',
  array: 'an array',
  object: 'an array',
};

const formats: Readonly<Record<string, string>> = { email: 'email address', uri: 'URL', uuid: 'UUID' };
