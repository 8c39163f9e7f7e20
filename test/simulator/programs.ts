/**
 * Flash images of a few instructions each, assembled by GNU as; the source stands beside the bytes.
 * The vector table lies at 0x08000000, the program at 0x08000400, a handler 64 bytes behind its start.
 */

export const flashStart = 0x0800_0000;
export const programStart: number = flashStart + 0x400;
export const handlerStart: number = programStart + 0x40;

/** RAM behind the start of DTCM, enough for a few frames. */
const stackTop = 0x2000_1000;

export type ImageOptions = {
  readonly stackPointer?: number;
  readonly reset?: number;
  /** Handlers by exception number; others are 0. */
  readonly vectors?: Readonly<Record<number, number>>;
  /** Words that are written over the program, by offset. */
  readonly patches?: Readonly<Record<number, number>>;
};

export function flashImage(programHex: string, options: ImageOptions = {}): Uint8Array {
  const program = Uint8Array.from(programHex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  const image = new Uint8Array(programStart - flashStart + Math.ceil(program.length / 4) * 4);
  const view = new DataView(image.buffer);
  view.setUint32(0, options.stackPointer ?? stackTop, true);
  view.setUint32(4, options.reset ?? programStart | 1, true);
  for (const [number, handler] of Object.entries(options.vectors ?? {})) {
    view.setUint32(4 * Number(number), handler, true);
  }
  image.set(program, programStart - flashStart);
  for (const [offset, word] of Object.entries(options.patches ?? {})) {
    view.setUint32(programStart - flashStart + Number(offset), word, true);
  }
  return image;
}

export const programs = {
  /** USART1 at 16 MHz / 139; then `1: ISR; lsls #26; bpl 1b; r1 = RDR + 1; TDR = r1; b 1b` */
  echoPlusOne: '05488b21c1600d210160c1698906fcd5416a01318162f8e700100140',
  /** As `echoPlusOne`, USART3 of the STM32F412; first HSEBYP of RCC_CR by its bit-band alias, read back to r4 */
  echoPlusOneF4: '08484ff08b01816042f20c01c160064a01231360146801688906fcd5416801314160f8e70048004048004742',
  /** `ldr r0, [pc]; ldr r1, [r0]; b .; nop; .word ADDRESS` */
  load: '01480168fee700bf00000000',
  /** `ldr r0, [pc]; str r1, [r0]; b .; nop; .word ADDRESS` */
  store: '01480160fee700bf00000000',
  /** `nop; udf #7` */
  undefined: '00bf07de',
  /** `r0 = 0x08000100; bx r0` */
  armState: '0048004700010008',
  /** `r0 = 0x60000001; bx r0` */
  jump: '0048004701000060',
  /** `CCR |= DIV_0_TRP; dsb; isb; r2 = 0; udiv r3, r1, r2` */
  divide: '0648016841f010010160bff34f8fbff36f8f0022b1fbf2f3fee7000014ed00e0',
  /** `b .` */
  loop: 'fee7',
  /** `1: bl 2f; b 1b; 2: push {r0-r3}; add sp, #16; bx lr` */
  calls: '00f001f8fce70fb404b07047',
  /** `bkpt #3` */
  breakpoint: '03be',
  /** `cpsid f; svc #0` */
  maskedCall: '71b600df',
  /** `1: push {r0-r7}; b 1b` */
  overflow: 'ffb4fde7',
  /**
   * Two MPU regions from words 56 (RBAR, RASR) and 64, on with PRIVDEFENA, CONTROL from word 72, r3 from word 76;
   * `ldr r2, [r3]; str r2, [r3]; r3 |= 1; bx r3`
   */
  protection:
    '0c480d49c1600d4901610d49c1600d49016105214160bff34f8fbff36f8f0a4981f31488bff36f8f084b1a681a6043f00103184790ed00e0100001200d00001611000008270000060000000020000120',
  /**
   * CPACR full; `s0 = 1; svc #1; r3 = s0; b .`.
   * Handler: `r4 = FPCCR; r5 = FPCAR; r6 = [r5]; s0 = 2; r7 = FPCCR; r8 = [r5]; bx lr`
   */
  lazyFloats:
    '06484ff470010160bff34f8fbff36f8fb7ee000a01df10ee103afee788ed00e0aff30080aff30080aff30080aff30080aff30080aff30080aff30080aff300800448046845682e68b0ee000a0768d5f80080704734ef00e0',
  /**
   * Both caches and the FPU on; fills 8 KB of SRAM1 by MLA, then 20 times 512 rounds over flash and SRAM1: SXTB16, SMLAD, an
   * IT block, a branch on data, SSAT, a half-word stored, VCVT and VADD; a call with PUSH, LDRD, UDIV and POP; at its end `b .`
   */
  kernel:
    '2248016841f44031016021484ff470010160bff34f8fbff36f8f1e4a4ff4006303fb034442f8044b013bf9d114274ff0006018494ff4007350f8044b4d682ffa84f626fb058811f8089b5feac97a48bf08f1030819f0020f01d008f3170821f8068c00ee108ab8eec00a70ee800a013be2d100f003f8013fd9d1fee770b551e90445b4fbf7f6b04470bd000014ed00e088ed00e000000120',
  /** `AIRCR = VECTKEY | SYSRESETREQ` */
  reset: '014802490160fee70ced00e00400fa05',
  /**
   * TIM2: ARR 99, UG, SR 0, UIE, CEN; ISER0 = 1 << 28; `1: wfi; adds r4, #1; b 1b`.
   * Handler: `SR = 0; r7 = stacked pc; r6 = lr; adds r5, #1; bx lr`
   */
  timer:
    '4ff080406321c1620121416100220261c1600160024b0907196030bf0134fce700e100e0aff30080aff30080aff30080aff30080aff30080aff30080aff3008000220261069f764601357047',
  /**
   * PLL of 25 MHz / 25 * 432 / 2, APB1 / 4, APB2 / 2, switched to; TIM5: PSC 107, UG, CEN; DEMCR.TRCENA, CYCCNTENA;
   * `3: r4 = CYCCNT; r5 = TIM5_CNT; b 3b`
   */
  clock:
    '114812494160016841f4803141f08071016001688901fcd549f202418160816801f00c010829fad1094a6b219162012151611160074b4ff080711960064b012119605c68556afce700380240196c4000000c0040fced00e0001000e0',
  /**
   * STM32H7: PLL1 of 8 MHz / 4 * 480 / 2, AHB / 2, APB1 / 2, switched to; TIM5: PSC 239, UG, CEN; the rest as `clock`
   */
  clockH7:
    '144842218162144921f080710163016841f4803141f08071016001688901fcd5082181614021c161032101610169c9080329fbd1094aef219162012151611160074b4ff080711960064b012119605c68556afce700440258df030101000c0040fced00e0001000e0',
  /**
   * CPACR full; `s0 = 1; s15 = 2; r2 = 7; svc #5; r3 = s0; r4 = s15; b .`.
   * Handler: `s0 = 3; s15 = 4; r5 = lr; r6 = sp; r2 = 9; bx lr`
   */
  floatFrame:
    '09484ff470010160bff34f8fbff36f8fb7ee000af0ee007a072205df10ee103a17ee904afee7000088ed00e0aff30080aff30080aff30080aff30080aff30080b0ee080af1ee007a75466e4609227047',
} as const;
