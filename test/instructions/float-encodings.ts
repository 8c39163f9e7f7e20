/** Encodings of FPv5 in the manner of `encodings.ts`. Float registers: F f, G g, H h are numbers and their odd bits. */
import type { Encoding } from './encodings.ts';

type Field = (letter: string) => number;

/** Both precisions of one pattern: doubles have no odd bits, as there are sixteen of them. */
function both(name: string, pattern: string, allow?: (field: Field) => boolean): readonly Encoding[] {
  const settings = allow === undefined ? {} : { allow };
  return [
    { name: `${name}.F32`, pattern: pattern.replace('Z', '0'), ...settings },
    {
      name: `${name}.F64`,
      pattern: pattern.replace('Z', '1').replaceAll(/[fgh]/g, '0'),
      double: true,
      ...settings,
    },
  ];
}

const three = [
  ['VMLA', '0', '00', '0'],
  ['VMLS', '0', '00', '1'],
  ['VNMLS', '0', '01', '0'],
  ['VNMLA', '0', '01', '1'],
  ['VMUL', '0', '10', '0'],
  ['VNMUL', '0', '10', '1'],
  ['VADD', '0', '11', '0'],
  ['VSUB', '0', '11', '1'],
  ['VDIV', '1', '00', '0'],
  ['VFNMS', '1', '01', '0'],
  ['VFNMA', '1', '01', '1'],
  ['VFMA', '1', '10', '0'],
  ['VFMS', '1', '10', '1'],
] as const;

const two = [
  ['VMOV reg', '0000', '01'],
  ['VABS', '0000', '11'],
  ['VNEG', '0001', '01'],
  ['VSQRT', '0001', '11'],
  ['VCMP', '0100', '01'],
  ['VCMPE', '0100', '11'],
  ['VRINTR', '0110', '01'],
  ['VRINTZ', '0110', '11'],
  ['VRINTX', '0111', '01'],
] as const;

const arithmetic: readonly Encoding[] = [
  ...three.flatMap(([name, high, op, low]) =>
    both(name, `11101110 ${high} f ${op} GGGG  FFFF 101 Z g ${low} h 0 HHHH`),
  ),
  ...two.flatMap(([name, op, low]) => both(name, `11101110 1 f 11 ${op}  FFFF 101 Z ${low} h 0 HHHH`)),
  ...both('VCMP zero', '11101110 1 f 11 0101  FFFF 101 Z i1 0 0 0000'),
  ...both('VMOV imm', '11101110 1 f 11 iiii  FFFF 101 Z 0000 iiii'),
  ...both('VSEL', '11111110 0 f ii GGGG  FFFF 101 Z g 0 h 0 HHHH'),
  ...both('VMAXNM', '11111110 1 f 00 GGGG  FFFF 101 Z g 0 h 0 HHHH'),
  ...both('VMINNM', '11111110 1 f 00 GGGG  FFFF 101 Z g 1 h 0 HHHH'),
  ...both('VRINTA/N/P/M', '11111110 1 f 11 10 ii  FFFF 101 Z 01 h 0 HHHH'),
];

const conversions: readonly Encoding[] = [
  { name: 'VCVTx.32.F32', pattern: '11111110 1 f 11 11 ii  FFFF 1010 i1 h 0 HHHH' },
  { name: 'VCVTx.32.F64', pattern: '11111110 1 f 11 11 ii  FFFF 1011 i1 0 0 HHHH', double: true },
  { name: 'VCVT(R).32.F32', pattern: '11101110 1 f 11 110i  FFFF 1010 i1 h 0 HHHH' },
  { name: 'VCVT(R).32.F64', pattern: '11101110 1 f 11 110i  FFFF 1011 i1 0 0 HHHH', double: true },
  { name: 'VCVT.F32.32', pattern: '11101110 1 f 11 1000  FFFF 1010 i1 h 0 HHHH' },
  { name: 'VCVT.F64.32', pattern: '11101110 1 0 11 1000  FFFF 1011 i1 h 0 HHHH', double: true },
  { name: 'VCVT.F64.F32', pattern: '11101110 1 0 11 0111  FFFF 1010 11 h 0 HHHH', double: true },
  { name: 'VCVT.F32.F64', pattern: '11101110 1 f 11 0111  FFFF 1011 11 0 0 HHHH', double: true },
  { name: 'VCVTB/T.F32.F16', pattern: '11101110 1 f 11 0010  FFFF 1010 i1 h 0 HHHH' },
  { name: 'VCVTB/T.F16.F32', pattern: '11101110 1 f 11 0011  FFFF 1010 i1 h 0 HHHH' },
  { name: 'VCVTB/T.F64.F16', pattern: '11101110 1 0 11 0010  FFFF 1011 i1 h 0 HHHH', double: true },
  { name: 'VCVTB/T.F16.F64', pattern: '11101110 1 f 11 0011  FFFF 1011 i1 0 0 HHHH', double: true },
  ...both('VCVT fixed 32', '11101110 1 f 11 1i1i  FFFF 101 Z 1 1 i 0 iiii'),
  ...both(
    'VCVT fixed 16',
    '11101110 1 f 11 1i1i  FFFF 101 Z 0 1 j 0 kkkk',
    // At most sixteen fraction bits.
    (field) => field('k') * 2 + field('j') <= 16,
  ),
];

const transfers: readonly Encoding[] = [
  { name: 'VMOV core to single', pattern: '11101110 0000 GGGG  nnnn 1010 g001 0000' },
  { name: 'VMOV single to core', pattern: '11101110 0001 GGGG  dddd 1010 g001 0000' },
  { name: 'VMOV.32 to scalar', pattern: '11101110 00i0 GGGG  nnnn 1011 0001 0000' },
  { name: 'VMOV.32 from scalar', pattern: '11101110 00i1 GGGG  dddd 1011 0001 0000' },
  {
    name: 'VMOV pair from singles',
    pattern: '11101100 0101 eeee  dddd 1010 00h1 HHHH',
    allow: (f) => f('d') !== f('e') && f('H') < 15,
  },
  {
    name: 'VMOV pair to singles',
    pattern: '11101100 0100 mmmm  nnnn 1010 00h1 HHHH',
    allow: (f) => f('H') < 15,
  },
  {
    name: 'VMOV pair from double',
    pattern: '11101100 0101 eeee  dddd 1011 0001 HHHH',
    allow: (f) => f('d') !== f('e'),
  },
  { name: 'VMOV pair to double', pattern: '11101100 0100 mmmm  nnnn 1011 0001 HHHH' },
  { name: 'VMRS', pattern: '11101110 1111 0001  dddd 1010 0001 0000' },
  { name: 'VMRS APSR', pattern: '11101110 1111 0001  1111 1010 0001 0000' },
  { name: 'VLDR.32', pattern: '1110110 1 i f 0 1 BBBB  FFFF 1010 iiiiiiii' },
  { name: 'VLDR.64', pattern: '1110110 1 i 0 0 1 BBBB  FFFF 1011 iiiiiiii' },
  { name: 'VLDR literal', pattern: '1110110 1 1 f 0 1 1111  FFFF 1010 000iiiii' },
  { name: 'VSTR.32', pattern: '1110110 1 i f 0 0 BBBB  FFFF 1010 iiiiiiii' },
  { name: 'VSTR.64', pattern: '1110110 1 i 0 0 0 BBBB  FFFF 1011 iiiiiiii' },
  ...(['0', '1'] as const).flatMap((load): readonly Encoding[] => {
    const name = load === '1' ? 'VLDM' : 'VSTM';
    const fits = (f: Field): boolean => f('c') > 0 && f('F') * 2 + f('f') + f('c') <= 32;
    const pairsFit = (f: Field): boolean => f('c') > 0 && f('F') + f('c') <= 16;
    return [
      {
        name: `${name}IA.32`,
        pattern: `1110110 0 1 f W ${load} BBBB  FFFF 1010 000ccccc`,
        allow: fits,
        movesBase: 'high',
      },
      {
        name: `${name}DB.32`,
        pattern: `1110110 1 0 f 1 ${load} BBBB  FFFF 1010 000ccccc`,
        allow: fits,
        movesBase: 'high',
      },
      {
        name: `${name}IA.64`,
        pattern: `1110110 0 1 0 W ${load} BBBB  FFFF 1011 000cccc0`,
        allow: pairsFit,
        movesBase: 'high',
      },
      {
        name: `${name}DB.64`,
        pattern: `1110110 1 0 0 1 ${load} BBBB  FFFF 1011 000cccc0`,
        allow: pairsFit,
        movesBase: 'high',
      },
    ];
  }),
];

export const floatEncodings: readonly Encoding[] = [...arithmetic, ...conversions, ...transfers];
