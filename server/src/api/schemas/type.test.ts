import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Type as TypeBox } from 'typebox';
import type { TSchema } from 'typebox';
import { Type } from './type.ts';

/** A schema, to be made by either. */
type Plan = (make: typeof Type) => TSchema;

const says = fc.constantFrom({}, { description: 'Said.' }, { title: 'A', deprecated: true });

const { plan } = fc.letrec<{ plan: Plan; property: [string, boolean, Plan] }>((tie) => ({
  property: fc.tuple(fc.constantFrom('a', 'b', 'c', 'constructor'), fc.boolean(), tie('plan')),
  plan: fc.oneof(
    { maxDepth: 4 },
    says.map(
      (said): Plan =>
        (make) =>
          make.Boolean(said),
    ),
    says.map(
      (said): Plan =>
        (make) =>
          make.Integer({ minimum: 1, ...said }),
    ),
    says.map(
      (said): Plan =>
        (make) =>
          make.Number(said),
    ),
    says.map(
      (said): Plan =>
        (make) =>
          make.String(said),
    ),
    says.map(
      (said): Plan =>
        (make) =>
          make.Unknown(said),
    ),
    says.map(
      (said): Plan =>
        (make) =>
          make.Unsafe({ type: ['string', 'null'], ...said }),
    ),
    fc.tuple(fc.constantFrom('a', 7, true), says).map(([value, said]): Plan => {
      return (make) => make.Literal(value, said);
    }),
    fc.tuple(fc.array(fc.string(), { minLength: 1 }), says).map(([values, said]): Plan => {
      return (make) => make.Enum(values, said);
    }),
    fc.tuple(tie('plan'), says).map(([items, said]): Plan => {
      return (make) => make.Array(items(make), said);
    }),
    fc.tuple(fc.array(tie('plan'), { maxLength: 3 }), says).map(([plans, said]): Plan => {
      return (make) =>
        make.Union(
          plans.map((each) => each(make)),
          said,
        );
    }),
    fc.tuple(fc.array(tie('property'), { maxLength: 4 }), says).map(([named, said]): Plan => {
      return (make) => make.Object(propertiesOf(named, make), said);
    }),
  ),
}));

function propertiesOf(named: readonly [string, boolean, Plan][], make: typeof Type) {
  return Object.fromEntries(
    named.map(([name, isOptional, each]) => [
      name,
      isOptional ? make.Optional(each(make)) : each(make),
    ]),
  );
}

test('a schema is the one that TypeBox makes, to the order of its words', () => {
  fc.assert(
    fc.property(plan, (each) => {
      const [ours, theirs] = [each(Type), each(TypeBox)];

      assert.equal(JSON.stringify(ours), JSON.stringify(theirs));
    }),
  );
});

test('whether a field may be left out is not copied with its schema, as in TypeBox', () => {
  const schemas = [Type, TypeBox].map((make) => {
    const field = make.Optional(make.String());
    return make.Object({ kept: field, copied: make.Unsafe({ ...field }) });
  });

  assert.deepEqual(JSON.parse(JSON.stringify(schemas[0])), JSON.parse(JSON.stringify(schemas[1])));
  assert.deepEqual(schemas[0]?.required, ['copied']);
});

test('what a schema is made of stays as it was', () => {
  const field = Type.String({ description: 'Said once.' });

  Type.Object({ field: Type.Optional(field) });

  assert.deepEqual(field, { type: 'string', description: 'Said once.' });
  assert.deepEqual(Type.Object({ field }).required, ['field']);
});
