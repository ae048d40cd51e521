import type { Content, Operation, Parameter } from '../server/src/api/openapi-document.ts';
import { code, tableText } from './markdown.ts';
import { codes } from './readable.ts';
import { takesOf } from './schema-fields.ts';
import { fieldsTable } from './shape-book.ts';
import type { ShapeBook } from './shape-book.ts';

/** An operation and what its page says once for all. */
export type Drawn = {
  readonly heading: string;
  readonly operation: Operation;
  readonly shapes: ShapeBook;
  /** Parameters that the page explains at its beginning. */
  readonly shared: ReadonlySet<string>;
  /** Failures that any operation may have. */
  readonly usual: ReadonlySet<string>;
};

/** An operation for people: what it does, takes, answers, and how it fails. */
export function operationParts(drawn: Drawn): string[] {
  const { heading, operation } = drawn;
  const { summary, description = '', requestBody } = operation;
  return [
    `### ${heading}`,
    `${summary}. ${description}`.trim(),
    ...parameterParts(drawn),
    ...(requestBody === undefined ? [] : bodyParts(requestBody.content)),
    ...answerParts(drawn),
    failuresLine(drawn),
  ];
}

function parameterParts({ operation, shared }: Drawn): string[] {
  const rest = operation.parameters.filter(({ name }) => !shared.has(name));
  const known = operation.parameters.filter(({ name }) => shared.has(name));
  return [
    rest.length === 0 ? '' : parametersTable(rest),
    known.length === 0 ? '' : `Also takes ${codes(known.map(({ name }) => name))}.`,
  ];
}

/** Parameters as a table. */
export function parametersTable(parameters: readonly Parameter[]): string {
  const rows = parameters.map(({ name, in: where, schema, required, description = '' }) => [
    ...[code(name), where, `${takesOf(schema)}${required ? ', required' : ''}`, description],
  ]);
  return tableText({ columns: ['parameter', 'in', 'is', 'means'], rows });
}

function bodyParts(content: Content): string[] {
  const bySchema = Map.groupBy(Object.entries(content), ([, { schema }]) => schema);
  return [...bySchema.entries()].flatMap(([schema, those]) => {
    const { description = '' } = schema as { description?: string };
    const types = codes(those.map(([type]) => type));
    return [
      `Body (${types})${description === '' ? '' : `: ${description}`}`,
      fieldsTable(schema, { marksRequired: true }) ?? '',
      ...Object.values(those[0]?.[1].examples ?? {}).map(
        ({ summary, value }) =>
          `${summary}:\n\n\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``,
      ),
    ];
  });
}

function answerParts({ heading, operation, shapes }: Drawn): string[] {
  return Object.entries(operation.responses)
    .filter(([status]) => Number(status) < 400 || status === '503')
    .filter(([, { content = {} }]) => !('application/problem+json' in content))
    .map(([status, { description, content = {} }]) => {
      const [media] = Object.values(content);
      const says = `**${status}** ${description}`;
      if (media === undefined) return says;
      const shape = shapes.text(media.schema, heading);
      return shapes.isReference(shape) ? `${says} It is ${shape}.` : `${says}\n\n${shape}`;
    });
}

function failuresLine({ operation, usual }: Drawn): string {
  const own = failuresOf(operation).filter((each) => !usual.has(each));
  return own.length === 0 ? '' : `Fails with ${own.map(problemLink).join(', ')}.`;
}

/** The codes with which an operation may fail. */
export function failuresOf({ responses }: Operation): string[] {
  return Object.values(responses)
    .filter(({ content = {} }) => 'application/problem+json' in content)
    .flatMap(({ description }) => [...description.matchAll(/^`(\w+)`:/gm)].map(([, name]) => name))
    .filter((name) => name !== undefined);
}

/** A code of a failure, leading to what is said of it. */
export function problemLink(name: string): string {
  return `[${code(name)}](problems.md#${name})`;
}
