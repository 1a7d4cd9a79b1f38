import Ajv2020, { type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { DescribedOperation, OpenApi } from './description';

type Refusal = Readonly<Record<string, readonly string[]>>;

/** Holds what is sent against a description. @returns what Forge says to a body of an operation, by field; undefined where it is right */
export function refusalsBy(description: OpenApi): (operation: DescribedOperation, body: string) => Refusal | undefined {
  let ajv: Ajv2020 | undefined;
  const validators = new Map<DescribedOperation, ValidateFunction>();
  const validatorOf = (operation: DescribedOperation): ValidateFunction | undefined => {
    const [content] = Object.values(operation.requestBody?.content ?? {});
    const known = validators.get(operation);
    if (known || !content?.schema) {
      return known;
    }
    if (!ajv) {
      ajv = new Ajv2020({ strict: false, allErrors: true });
      addFormats(ajv);
      ajv.addSchema(description, 'forge');
    }
    const made = ajv.compile(inDescription(content.schema));
    validators.set(operation, made);
    return made;
  };
  return (operation, body) => {
    const validate = validatorOf(operation);
    if (!validate || (body === '' && !operation.requestBody?.required)) {
      return undefined;
    }
    return validate(parsed(body)) ? undefined : byField(validate.errors ?? []);
  };
}

/** The schema with references that lead into the description wherever it is compiled. */
function inDescription(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"forge#/')) as object;
}

/** Without a body that is JSON, Laravel takes no field to be there. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return {};
  }
}

function byField(errors: readonly ErrorObject[]): Refusal {
  const refusal: Record<string, string[]> = {};
  for (const { keyword, instancePath, params } of errors) {
    const place = instancePath.split('/').slice(1);
    const isMissing = keyword === 'required';
    const field = [...place, ...(isMissing ? [String(params.missingProperty)] : [])].join('.');
    refusal[field] ??= [isMissing ? `The ${field} field is required.` : `The selected ${field} is invalid.`];
  }
  return refusal;
}
