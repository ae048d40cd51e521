import { askPython } from './ask-python.ts';

/** A request, and when the library is to believe that it arrives. */
export type Arrival = {
  readonly secret: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly data: Buffer;
  readonly nowSeconds: number;
};

/** What the library says of each: `valid`, or its own words. */
export function verdictsOf(python: string, arrivals: readonly Arrival[]): Promise<string[]> {
  return askPython(python, 'verify.py', arrivals.map(lineOf));
}

function lineOf({ body, data, ...rest }: Arrival) {
  return { ...rest, body: body.toString('base64'), data: data.toString('base64') };
}
