import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv';
import type { TSchema } from 'typebox';
import { AppError } from '../core/app-error.ts';
import type { FieldError } from '../core/app-error.ts';
import { fieldErrors } from '../core/field-errors.ts';

/** The schemas are ours, and a test holds them against the schema of schemas: no start needs to. */
const settings = {
  ...{ meta: false, validateSchema: false },
  allErrors: true,
  allowUnionTypes: true,
  discriminator: true,
  strict: true,
  strictRequired: false,
  validateFormats: false,
  verbose: true,
} as const;

/** Texts that are no whole characters could be stored and sent only as others. */
const wellFormed = {
  keyword: 'x-wellFormed',
  type: 'string',
  validate: (_wanted: boolean, text: string) => text.isWellFormed(),
} as const;

const bodies = new Ajv2020(settings).addVocabulary(['x-says']).addKeyword(wellFormed);
/** Texts of a path or query become the numbers and booleans that its schema asks for. */
const texts = new Ajv2020({ ...settings, coerceTypes: true })
  .addVocabulary(['x-says'])
  .addKeyword(wellFormed);

/** Answers what is wrong with a value; null when nothing is. */
export type Checker = (value: unknown, at?: string) => FieldError[] | null;

/** Makes a checker that is compiled when it is first needed, so that starting stays quick. */
export function checkerOf(schema: TSchema, from: 'body' | 'text' = 'body'): Checker {
  let validate: ValidateFunction | null = null;
  return (value, at) => {
    validate ??= (from === 'body' ? bodies : texts).compile(schema);
    return validate(value) ? null : fieldErrors(validate.errors ?? [], at);
  };
}

/** Throws `validation_failed` when there are mistakes. */
export function assertValid(errors: FieldError[] | null): void {
  if (errors !== null) throw new AppError('validation_failed', undefined, { errors });
}
