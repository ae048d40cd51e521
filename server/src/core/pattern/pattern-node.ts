/** A regular expression as a tree. */
export type PatternNode =
  | { readonly is: 'char'; readonly fits: (char: string) => boolean }
  | { readonly is: 'edge'; readonly holds: EdgeTest }
  | { readonly is: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly is: 'choice'; readonly branches: readonly PatternNode[] }
  | {
      readonly is: 'repeat';
      readonly of: PatternNode;
      readonly least: number;
      /** Null for no bound. */
      readonly most: number | null;
    };

/** Whether a place between two characters is meant; null is the border of the text. */
export type EdgeTest = (before: string | null, after: string | null) => boolean;

/** How many steps the automaton of a tree has, at most. */
export function sizeOf(node: PatternNode): number {
  switch (node.is) {
    case 'char':
    case 'edge':
      return 1;
    case 'sequence':
      return node.parts.reduce((sum, part) => sum + sizeOf(part), 0);
    case 'choice':
      return node.branches.reduce((sum, branch) => sum + sizeOf(branch) + 1, 0);
    case 'repeat': {
      const once = sizeOf(node.of) + 1;
      return node.most === null ? once * (node.least + 1) : once * Math.max(node.most, 1);
    }
    default:
      return node satisfies never;
  }
}
