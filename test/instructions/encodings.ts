/**
 * Every encoding of Armv7E-M with FPv5 that computes, loads or stores, as bit patterns written from the architecture manual's
 * diagrams: an account of them that knows nothing of the decoder. Letters are fields; see `generate.ts` for how each is drawn.
 *
 * d e destinations  p q sources and destinations (P: high bit of p)  n m a sources (N M: high bits)
 * B base register  X register with a small index  l L register lists  W write back  others random bits
 */

export type Encoding = {
  readonly name: string;
  /** Half-words, most significant bit first; blanks do not count. */
  readonly pattern: string;
  /** What must hold of the drawn fields, by letter; else others are drawn. */
  readonly allow?: (field: (letter: string) => number) => boolean;
  /** Written to memory's base register, which must be restored after. */
  readonly movesBase?: 'low' | 'high' | 'stack';
  /** Within IT blocks it means something else or nothing. */
  readonly neverInIt?: boolean;
  /** Needs the double-precision unit. */
  readonly double?: boolean;
};

/** Sixteen bits wide. Low registers have three bits. */
const narrow: readonly Encoding[] = [
  { name: 'LSL imm', pattern: '000 00 iiiii mmm ddd' },
  { name: 'LSR imm', pattern: '000 01 iiiii mmm ddd' },
  { name: 'ASR imm', pattern: '000 10 iiiii mmm ddd' },
  { name: 'ADD reg T1', pattern: '000 11 0 0 mmm nnn ddd' },
  { name: 'SUB reg T1', pattern: '000 11 0 1 mmm nnn ddd' },
  { name: 'ADD imm T1', pattern: '000 11 1 0 iii nnn ddd' },
  { name: 'SUB imm T1', pattern: '000 11 1 1 iii nnn ddd' },
  { name: 'MOV imm T1', pattern: '001 00 ddd iiiiiiii' },
  { name: 'CMP imm T1', pattern: '001 01 nnn iiiiiiii' },
  { name: 'ADD imm T2', pattern: '001 10 ppp iiiiiiii' },
  { name: 'SUB imm T2', pattern: '001 11 ppp iiiiiiii' },
  ...[
    'AND',
    'EOR',
    'LSL',
    'LSR',
    'ASR',
    'ADC',
    'SBC',
    'ROR',
    'TST',
    'RSB',
    'CMP',
    'CMN',
    'ORR',
    'MUL',
    'BIC',
    'MVN',
  ].map((name, op) => ({
    name: `${name} T1`,
    pattern: `010000 ${op.toString(2).padStart(4, '0')} mmm ${/TST|CMP|CMN/.test(name) ? 'nnn' : 'ppp'}`,
  })),
  { name: 'ADD reg T2', pattern: '010001 00 P MMMM ppp' },
  { name: 'CMP reg T2', pattern: '010001 01 N MMMM nnn', allow: (f) => f('N') === 1 && f('n') < 5 },
  { name: 'MOV reg T1', pattern: '010001 10 P MMMM ppp' },
  { name: 'LDR literal T1', pattern: '01001 ddd 000iiiii' },
  { name: 'STR reg T1', pattern: '0101 000 XXX BBB nnn' },
  { name: 'STRH reg T1', pattern: '0101 001 XXX BBB nnn' },
  { name: 'STRB reg T1', pattern: '0101 010 XXX BBB nnn' },
  { name: 'LDRSB reg T1', pattern: '0101 011 XXX BBB ddd' },
  { name: 'LDR reg T1', pattern: '0101 100 XXX BBB ddd' },
  { name: 'LDRH reg T1', pattern: '0101 101 XXX BBB ddd' },
  { name: 'LDRB reg T1', pattern: '0101 110 XXX BBB ddd' },
  { name: 'LDRSH reg T1', pattern: '0101 111 XXX BBB ddd' },
  { name: 'STR imm T1', pattern: '0110 0 iiiii BBB nnn' },
  { name: 'LDR imm T1', pattern: '0110 1 iiiii BBB ddd' },
  { name: 'STRB imm T1', pattern: '0111 0 iiiii BBB nnn' },
  { name: 'LDRB imm T1', pattern: '0111 1 iiiii BBB ddd' },
  { name: 'STRH imm T1', pattern: '1000 0 iiiii BBB nnn' },
  { name: 'LDRH imm T1', pattern: '1000 1 iiiii BBB ddd' },
  { name: 'STR sp T2', pattern: '1001 0 nnn iiiiiiii' },
  { name: 'LDR sp T2', pattern: '1001 1 ddd iiiiiiii' },
  { name: 'ADR T1', pattern: '1010 0 ddd iiiiiiii' },
  { name: 'ADD sp imm T1', pattern: '1010 1 ddd iiiiiiii' },
  { name: 'ADD sp sp imm', pattern: '1011 0000 0 00iiiii', movesBase: 'stack' },
  { name: 'SUB sp sp imm', pattern: '1011 0000 1 00iiiii', movesBase: 'stack' },
  { name: 'SXTH T1', pattern: '1011 0010 00 mmm ddd' },
  { name: 'SXTB T1', pattern: '1011 0010 01 mmm ddd' },
  { name: 'UXTH T1', pattern: '1011 0010 10 mmm ddd' },
  { name: 'UXTB T1', pattern: '1011 0010 11 mmm ddd' },
  { name: 'PUSH', pattern: '1011 010 i l0llllll', allow: (f) => f('l') !== 0, movesBase: 'stack' },
  { name: 'POP', pattern: '1011 110 0 00llllll', allow: (f) => f('l') !== 0, movesBase: 'stack' },
  { name: 'REV T1', pattern: '1011 1010 00 mmm ddd' },
  { name: 'REV16 T1', pattern: '1011 1010 01 mmm ddd' },
  { name: 'REVSH T1', pattern: '1011 1010 11 mmm ddd' },
  { name: 'NOP', pattern: '1011 1111 00000000' },
  { name: 'STM T1', pattern: '1100 0 BBB 00llllll', allow: (f) => f('l') !== 0, movesBase: 'low' },
  { name: 'LDM T1', pattern: '1100 1 BBB 00llllll', allow: (f) => f('l') !== 0, movesBase: 'low' },
];

const dataOps = [
  ['AND', '0000'],
  ['BIC', '0001'],
  ['ORR', '0010'],
  ['ORN', '0011'],
  ['EOR', '0100'],
  ['ADD', '1000'],
  ['ADC', '1010'],
  ['SBC', '1011'],
  ['SUB', '1101'],
  ['RSB', '1110'],
] as const;

const compareOps = [
  ['TST', '0000'],
  ['TEQ', '0100'],
  ['CMN', '1000'],
  ['CMP', '1101'],
] as const;

const dataProcessing: readonly Encoding[] = [
  ...dataOps.flatMap(([name, op]) => [
    { name: `${name} imm`, pattern: `11110 i 0 ${op} i nnnn  0 iii dddd iiiiiiii` },
    { name: `${name} reg`, pattern: `11101 01 ${op} i nnnn  0 iii dddd iiii mmmm` },
  ]),
  ...compareOps.flatMap(([name, op]) => [
    { name: `${name} imm`, pattern: `11110 i 0 ${op} 1 nnnn  0 iii 1111 iiiiiiii` },
    { name: `${name} reg`, pattern: `11101 01 ${op} 1 nnnn  0 iii 1111 iiii mmmm` },
  ]),
  { name: 'MOV imm T2', pattern: '11110 i 0 0010 i 1111  0 iii dddd iiiiiiii' },
  { name: 'MVN imm', pattern: '11110 i 0 0011 i 1111  0 iii dddd iiiiiiii' },
  { name: 'MOV shifted', pattern: '11101 01 0010 i 1111  0 iii dddd iiii mmmm' },
  { name: 'MVN reg', pattern: '11101 01 0011 i 1111  0 iii dddd iiii mmmm' },
  { name: 'PKHBT', pattern: '11101 01 0110 0 nnnn  0 iii dddd ii00 mmmm' },
  { name: 'PKHTB', pattern: '11101 01 0110 0 nnnn  0 iii dddd ii10 mmmm' },
  { name: 'ADDW', pattern: '11110 i 1 0000 0 nnnn  0 iii dddd iiiiiiii' },
  { name: 'SUBW', pattern: '11110 i 1 0101 0 nnnn  0 iii dddd iiiiiiii' },
  { name: 'ADR T3', pattern: '11110 i 1 0000 0 1111  0 iii dddd iiiiiiii' },
  { name: 'ADR T2', pattern: '11110 i 1 0101 0 1111  0 iii dddd iiiiiiii' },
  { name: 'MOVW', pattern: '11110 i 1 0010 0 iiii  0 iii dddd iiiiiiii' },
  { name: 'MOVT', pattern: '11110 i 1 0110 0 iiii  0 iii dddd iiiiiiii' },
  { name: 'SSAT lsl', pattern: '11110 0 1 1000 0 nnnn  0 iii dddd ii 0 iiiii' },
  {
    name: 'SSAT asr',
    pattern: '11110 0 1 1001 0 nnnn  0 jjj dddd kk 0 iiiii',
    allow: (f) => f('j') + f('k') > 0,
  },
  { name: 'SSAT16', pattern: '11110 0 1 1001 0 nnnn  0 000 dddd 00 0 0iiii' },
  { name: 'USAT lsl', pattern: '11110 0 1 1100 0 nnnn  0 iii dddd ii 0 iiiii' },
  {
    name: 'USAT asr',
    pattern: '11110 0 1 1101 0 nnnn  0 jjj dddd kk 0 iiiii',
    allow: (f) => f('j') + f('k') > 0,
  },
  { name: 'USAT16', pattern: '11110 0 1 1101 0 nnnn  0 000 dddd 00 0 0iiii' },
  {
    name: 'SBFX',
    pattern: '11110 0 1 1010 0 nnnn  0 jjj dddd kk 0 wwwww',
    allow: (f) => f('j') * 4 + f('k') + f('w') < 32,
  },
  {
    name: 'UBFX',
    pattern: '11110 0 1 1110 0 nnnn  0 jjj dddd kk 0 wwwww',
    allow: (f) => f('j') * 4 + f('k') + f('w') < 32,
  },
  {
    name: 'BFI',
    pattern: '11110 0 1 1011 0 nnnn  0 jjj pppp kk 0 wwwww',
    allow: (f) => f('j') * 4 + f('k') <= f('w'),
  },
  {
    name: 'BFC',
    pattern: '11110 0 1 1011 0 1111  0 jjj pppp kk 0 wwwww',
    allow: (f) => f('j') * 4 + f('k') <= f('w'),
  },
];

const registers: readonly Encoding[] = [
  ...['LSL', 'LSR', 'ASR', 'ROR'].map((name, op) => ({
    name: `${name} reg`,
    pattern: `11111010 0${op.toString(2).padStart(2, '0')}i nnnn  1111 dddd 0000 mmmm`,
  })),
  ...['SXTAH', 'UXTAH', 'SXTAB16', 'UXTAB16', 'SXTAB', 'UXTAB'].flatMap((name, op) => {
    const bits = op.toString(2).padStart(3, '0');
    return [
      { name, pattern: `11111010 0${bits} nnnn  1111 dddd 10ii mmmm` },
      { name: name.replace('A', ''), pattern: `11111010 0${bits} 1111  1111 dddd 10ii mmmm` },
    ];
  }),
  ...[
    ['ADD8', '000'],
    ['ADD16', '001'],
    ['ASX', '010'],
    ['SUB8', '100'],
    ['SUB16', '101'],
    ['SAX', '110'],
  ].flatMap(([name, op]) =>
    [
      ['S', '000'],
      ['Q', '001'],
      ['SH', '010'],
      ['U', '100'],
      ['UQ', '101'],
      ['UH', '110'],
    ].map(([prefix, kind]) => ({
      name: `${prefix}${name}`,
      pattern: `11111010 1${op} nnnn  1111 dddd 0${kind} mmmm`,
    })),
  ),
  ...['QADD', 'QDADD', 'QSUB', 'QDSUB'].map((name, op) => ({
    name,
    pattern: `11111010 1000 nnnn  1111 dddd 10${op.toString(2).padStart(2, '0')} mmmm`,
  })),
  ...['REV', 'REV16', 'RBIT', 'REVSH'].map((name, op) => ({
    name: `${name} T2`,
    pattern: `11111010 1001 MMMM  1111 dddd 10${op.toString(2).padStart(2, '0')} mmmm`,
    allow: (f: (letter: string) => number) => f('M') === f('m'),
  })),
  { name: 'SEL', pattern: '11111010 1010 nnnn  1111 dddd 1000 mmmm' },
  {
    name: 'CLZ',
    pattern: '11111010 1011 MMMM  1111 dddd 1000 mmmm',
    allow: (f) => f('M') === f('m'),
  },
];

const pairDiffers = (f: (letter: string) => number): boolean => f('d') !== f('e');
const accumulatorDiffers = (f: (letter: string) => number): boolean => f('p') !== f('q');

const multiplications: readonly Encoding[] = [
  { name: 'MUL T2', pattern: '11111011 0000 nnnn  1111 dddd 0000 mmmm' },
  { name: 'MLA', pattern: '11111011 0000 nnnn  aaaa dddd 0000 mmmm' },
  { name: 'MLS', pattern: '11111011 0000 nnnn  aaaa dddd 0001 mmmm' },
  { name: 'SMLAxy', pattern: '11111011 0001 nnnn  aaaa dddd 00ii mmmm' },
  { name: 'SMULxy', pattern: '11111011 0001 nnnn  1111 dddd 00ii mmmm' },
  { name: 'SMLAD', pattern: '11111011 0010 nnnn  aaaa dddd 000i mmmm' },
  { name: 'SMUAD', pattern: '11111011 0010 nnnn  1111 dddd 000i mmmm' },
  { name: 'SMLAW', pattern: '11111011 0011 nnnn  aaaa dddd 000i mmmm' },
  { name: 'SMULW', pattern: '11111011 0011 nnnn  1111 dddd 000i mmmm' },
  { name: 'SMLSD', pattern: '11111011 0100 nnnn  aaaa dddd 000i mmmm' },
  { name: 'SMUSD', pattern: '11111011 0100 nnnn  1111 dddd 000i mmmm' },
  { name: 'SMMLA', pattern: '11111011 0101 nnnn  aaaa dddd 000i mmmm' },
  { name: 'SMMUL', pattern: '11111011 0101 nnnn  1111 dddd 000i mmmm' },
  { name: 'SMMLS', pattern: '11111011 0110 nnnn  aaaa dddd 000i mmmm' },
  { name: 'USADA8', pattern: '11111011 0111 nnnn  aaaa dddd 0000 mmmm' },
  { name: 'USAD8', pattern: '11111011 0111 nnnn  1111 dddd 0000 mmmm' },
  { name: 'SMULL', pattern: '11111011 1000 nnnn  dddd eeee 0000 mmmm', allow: pairDiffers },
  { name: 'UMULL', pattern: '11111011 1010 nnnn  dddd eeee 0000 mmmm', allow: pairDiffers },
  { name: 'SMLAL', pattern: '11111011 1100 nnnn  pppp qqqq 0000 mmmm', allow: accumulatorDiffers },
  { name: 'UMLAL', pattern: '11111011 1110 nnnn  pppp qqqq 0000 mmmm', allow: accumulatorDiffers },
  { name: 'UMAAL', pattern: '11111011 1110 nnnn  pppp qqqq 0110 mmmm', allow: accumulatorDiffers },
  { name: 'SMLALxy', pattern: '11111011 1100 nnnn  pppp qqqq 10ii mmmm', allow: accumulatorDiffers },
  { name: 'SMLALD', pattern: '11111011 1100 nnnn  pppp qqqq 110i mmmm', allow: accumulatorDiffers },
  { name: 'SMLSLD', pattern: '11111011 1101 nnnn  pppp qqqq 110i mmmm', allow: accumulatorDiffers },
  { name: 'SDIV', pattern: '11111011 1001 nnnn  1111 dddd 1111 mmmm' },
  { name: 'UDIV', pattern: '11111011 1011 nnnn  1111 dddd 1111 mmmm' },
];

const widths = [
  ['B', '00', true],
  ['H', '01', true],
  ['', '10', false],
] as const;

const severalRegisters = (f: (letter: string) => number): boolean => (f('L') & (f('L') - 1)) !== 0;

const memory: readonly Encoding[] = [
  ...widths.flatMap(([name, size, hasSigned]): readonly Encoding[] => [
    { name: `STR${name} imm12`, pattern: `11111 00 0 1${size} 0 BBBB  nnnn iiiiiiiiiiii` },
    { name: `STR${name} imm8`, pattern: `11111 00 0 0${size} 0 BBBB  nnnn 1100 iiiiiiii` },
    { name: `STR${name} post`, pattern: `11111 00 0 0${size} 0 BBBB  nnnn 10i1 iiiiiiii`, movesBase: 'high' },
    { name: `STR${name} pre`, pattern: `11111 00 0 0${size} 0 BBBB  nnnn 11i1 iiiiiiii`, movesBase: 'high' },
    { name: `STR${name}T`, pattern: `11111 00 0 0${size} 0 BBBB  nnnn 1110 iiiiiiii` },
    { name: `STR${name} reg`, pattern: `11111 00 0 0${size} 0 BBBB  nnnn 000000 ii XXXX` },
    ...(hasSigned ? ['0', '1'] : ['0']).flatMap((sign): readonly Encoding[] => {
      const load = `LDR${sign === '1' ? 'S' : ''}${name}`;
      return [
        { name: `${load} imm12`, pattern: `11111 00 ${sign} 1${size} 1 BBBB  dddd iiiiiiiiiiii` },
        { name: `${load} imm8`, pattern: `11111 00 ${sign} 0${size} 1 BBBB  dddd 1100 iiiiiiii` },
        {
          name: `${load} post`,
          pattern: `11111 00 ${sign} 0${size} 1 BBBB  dddd 10i1 iiiiiiii`,
          movesBase: 'high',
        },
        {
          name: `${load} pre`,
          pattern: `11111 00 ${sign} 0${size} 1 BBBB  dddd 11i1 iiiiiiii`,
          movesBase: 'high',
        },
        { name: `${load}T`, pattern: `11111 00 ${sign} 0${size} 1 BBBB  dddd 1110 iiiiiiii` },
        { name: `${load} reg`, pattern: `11111 00 ${sign} 0${size} 1 BBBB  dddd 000000 ii XXXX` },
        { name: `${load} literal`, pattern: `11111 00 ${sign} 1${size} 1 1111  dddd 00000 iiiiiii` },
      ];
    }),
  ]),
  { name: 'LDRD', pattern: '1110 100 1 i 1 0 1 BBBB  dddd eeee iiiiiiii', allow: pairDiffers },
  {
    name: 'LDRD pre',
    pattern: '1110 100 1 i 1 1 1 BBBB  dddd eeee iiiiiiii',
    allow: pairDiffers,
    movesBase: 'high',
  },
  {
    name: 'LDRD post',
    pattern: '1110 100 0 i 1 1 1 BBBB  dddd eeee iiiiiiii',
    allow: pairDiffers,
    movesBase: 'high',
  },
  { name: 'STRD', pattern: '1110 100 1 i 1 0 0 BBBB  nnnn mmmm iiiiiiii' },
  { name: 'STRD pre', pattern: '1110 100 1 i 1 1 0 BBBB  nnnn mmmm iiiiiiii', movesBase: 'high' },
  { name: 'STRD post', pattern: '1110 100 0 i 1 1 0 BBBB  nnnn mmmm iiiiiiii', movesBase: 'high' },
  { name: 'LDREX', pattern: '1110 1000 0101 BBBB  dddd 1111 iiiiiiii' },
  { name: 'LDREXB', pattern: '1110 1000 1101 BBBB  dddd 1111 0100 1111' },
  { name: 'LDREXH', pattern: '1110 1000 1101 BBBB  dddd 1111 0101 1111' },
  {
    name: 'STREX alone',
    pattern: '1110 1000 0100 BBBB  nnnn dddd iiiiiiii',
    // A monitor that a byte or half-word opened, at offset 0, need not let a word through.
    allow: (f) => f('d') !== f('n') && f('i') !== 0,
  },
  { name: 'CLREX', pattern: '11110 0 111 01 1 1111  1000 1111 0010 1111' },
  {
    name: 'STM',
    pattern: '1110 100 01 0 W 0 BBBB  0 L 0 LLL 0 L 00 LLLLLL',
    allow: severalRegisters,
    movesBase: 'high',
  },
  {
    name: 'STMDB',
    pattern: '1110 100 10 0 W 0 BBBB  0 L 0 LLL 0 L 00 LLLLLL',
    allow: severalRegisters,
    movesBase: 'high',
  },
  {
    name: 'LDM',
    pattern: '1110 100 01 0 W 1 BBBB  0 L 0 LL000 00 LLLLLL',
    allow: severalRegisters,
    movesBase: 'high',
  },
  {
    name: 'LDMDB',
    pattern: '1110 100 10 0 W 1 BBBB  0 L 0 LL000 00 LLLLLL',
    allow: severalRegisters,
    movesBase: 'high',
  },
];

const system: readonly Encoding[] = [
  { name: 'MRS APSR', pattern: '11110 0 111 11 0 1111  1000 dddd 00000000' },
  { name: 'MSR APSR', pattern: '11110 0 111 00 0 nnnn  1000 ii00 00000000', allow: (f) => f('i') !== 0 },
  { name: 'DMB', pattern: '11110 0 111 01 1 1111  1000 1111 0101 1111' },
  { name: 'NOP T2', pattern: '11110 0 111 01 0 1111  1000 0000 00000000' },
];

export const integerEncodings: readonly Encoding[] = [
  ...narrow,
  ...dataProcessing,
  ...registers,
  ...multiplications,
  ...memory,
  ...system,
];
