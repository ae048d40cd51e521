/** JSON texts that lose something when they are parsed and written again. */
export const delicateData: readonly (readonly [what: string, text: string])[] = [
  ['integers past 2^53', '{"id":12345678901234567890,"n":-9007199254740993}'],
  ['a number past every double', '{"n":1e400,"m":-1E+999}'],
  ['how numbers are written', '{"a":1.0,"b":-0,"c":1E2,"d":0.10,"e":1e-7}'],
  ['the order of fields', '{"z":1,"a":2,"10":3,"9":4}'],
  ['a field that comes twice', '{"a":1,"a":{"b":2,"b":3}}'],
  ['escapes that need not be', '{"\\u0061":"\\/\\u0041\\u000a\\ud83d\\ude00"}'],
  ['lone surrogates', '{"a":"\\ud800","b":"\\udc00x"}'],
  ['letters of every length', '{"é":"ü","漢":"字","😀":"\u{10ffff}","nul":"\\u0000"}'],
  ['separators that end lines in JavaScript', '{"a":"\u2028\u2029"}'],
  ['letters in two forms', '{"nfc":"\u00e9","nfd":"e\u0301"}'],
  ['white space inside', '{ "a" :\t[ 1 ,\r\n 2 ] , "b":{ } }'],
  ['no object', '"text"'],
  ['null', 'null'],
  ['an array', '[1.10,[],{}]'],
];
