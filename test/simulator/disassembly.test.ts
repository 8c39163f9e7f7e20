/** Assembly text of instructions. The bytes are what GNU as made of the same words. */
import { describe, expect, test } from 'vitest';
import { createMachine } from '../../src/simulator/index.ts';
import { flashImage, programStart } from './programs.ts';

const rows: readonly (readonly [hex: string, text: string])[] = [
  ['8b21', 'movs    r1, #139'],
  ['4ff0e021', 'mov     r1, #0xe000e000'],
  ['8000', 'lsls    r0, r0, #2'],
  ['4fea3102', 'rrx     r2, r1'],
  ['0b44', 'add     r3, r3, r1'],
  ['8b18', 'adds    r3, r1, r2'],
  ['01ebc203', 'add     r3, r1, r2, lsl #3'],
  ['84b0', 'sub     sp, sp, #16'],
  ['5142', 'rsbs    r1, r2, #0'],
  ['6feae271', 'mvn     r1, r2, asr #31'],
  ['11f0010f', 'tst     r1, #1'],
  ['9142', 'cmp     r1, r2'],
  ['22fa03f1', 'lsr     r1, r2, r3'],
  ['c1f20001', 'movt    r1, #0x1000'],
  ['b2fbf3f1', 'udiv    r1, r2, r3'],
  ['42f3c401', 'sbfx    r1, r2, #3, #5'],
  ['62f30b11', 'bfi     r1, r2, #4, #8'],
  ['6ff30b11', 'bfc     r1, #4, #8'],
  ['22f3c701', 'ssat    r1, #8, r2, asr #3'],
  ['82f30501', 'usat    r1, #5, r2'],
  ['22f30701', 'ssat16  r1, #8, r2'],
  ['83fa82f1', 'qadd    r1, r2, r3'],
  ['83fab2f1', 'qdsub   r1, r2, r3'],
  ['51b2', 'sxtb    r1, r2'],
  ['12faa3f1', 'uxtah   r1, r2, r3, ror #16'],
  ['2ffa92f1', 'sxtb16  r1, r2, ror #8'],
  ['22fa83f1', 'sxtab16 r1, r2, r3'],
  ['82fa53f1', 'uqadd8  r1, r2, r3'],
  ['a2fa23f1', 'shasx   r1, r2, r3'],
  ['a2fa83f1', 'sel     r1, r2, r3'],
  ['72fb0341', 'usada8  r1, r2, r3, r4'],
  ['c2ea0311', 'pkhbt   r1, r2, r3, lsl #4'],
  ['c2ea2341', 'pkhtb   r1, r2, r3, asr #16'],
  ['51ba', 'rev16   r1, r2'],
  ['b2fa82f1', 'clz     r1, r2'],
  ['02fb03f1', 'mul     r1, r2, r3'],
  ['02fb1341', 'mls     r1, r2, r3, r4'],
  ['83fb0412', 'smull   r1, r2, r3, r4'],
  ['e3fb6412', 'umaal   r1, r2, r3, r4'],
  ['12fb1341', 'smlabt  r1, r2, r3, r4'],
  ['12fb23f1', 'smultb  r1, r2, r3'],
  ['32fb13f1', 'smulwt  r1, r2, r3'],
  ['c3fb8412', 'smlalbb r1, r2, r3, r4'],
  ['22fb0341', 'smlad   r1, r2, r3, r4'],
  ['42fb13f1', 'smusdx  r1, r2, r3'],
  ['c3fbd412', 'smlaldx r1, r2, r3, r4'],
  ['52fb1341', 'smmlar  r1, r2, r3, r4'],
  ['52fb03f1', 'smmul   r1, r2, r3'],
  ['9168', 'ldr     r1, [r2, #8]'],
  ['d156', 'ldrsb   r1, [r2, r3]'],
  ['52f82310', 'ldr     r1, [r2, r3, lsl #2]'],
  ['32f8021b', 'ldrh    r1, [r2], #2'],
  ['02f8011d', 'strb    r1, [r2, #-1]!'],
  ['52f8041e', 'ldrt    r1, [r2, #4]'],
  ['53e90212', 'ldrd    r1, r2, [r3, #-8]'],
  ['8fb5', 'push    {r0-r3, r7, lr}'],
  ['10bd', 'pop     {r4, pc}'],
  ['20e92600', 'stmdb   r0!, {r1, r2, r5}'],
  ['90e81e00', 'ldmia   r0, {r1-r4}'],
  ['52e8011f', 'ldrex   r1, [r2, #4]'],
  ['c3e8412f', 'strexb  r1, r2, [r3]'],
  ['7047', 'bx      lr'],
  ['9847', 'blx     r3'],
  ['d1e802f0', 'tbb     [r1, r2]'],
  ['d1e812f0', 'tbh     [r1, r2, lsl #1]'],
  ['00bf', 'nop'],
  ['30bf', 'wfi'],
  ['bff35f8f', 'dmb'],
  ['eff31181', 'mrs     r1, basepri'],
  ['82f31488', 'msr     control, r2'],
  ['72b6', 'cpsid   i'],
  ['03df', 'svc     #3'],
  ['07be', 'bkpt    #7'],
  ['30ee810a', 'vadd.f32 s0, s1, s2'],
  ['a1ee020b', 'vfma.f64 d0, d1, d2'],
  ['62ee621a', 'vnmul.f32 s3, s4, s5'],
  ['b0eee00a', 'vabs.f32 s0, s1'],
  ['b1eec10b', 'vsqrt.f64 d0, d1'],
  ['b6eee00a', 'vrintz.f32 s0, s1'],
  ['30fe810a', 'vselgt.f32 s0, s1, s2'],
  ['b5eec00a', 'vcmpe.f32 s0, #0.0'],
  ['bdeee00a', 'vcvt.s32.f32 s0, s1'],
  ['bcee410b', 'vcvtr.u32.f64 s0, d1'],
  ['bcfee00a', 'vcvta.s32.f32 s0, s1'],
  ['b8ee600a', 'vcvt.f32.u32 s0, s1'],
  ['b7eee00a', 'vcvt.f64.f32 d0, s1'],
  ['b3ee600a', 'vcvtb.f16.f32 s0, s1'],
  ['baee460a', 'vcvt.f32.s16 s0, s0, #4'],
  ['b7ee080a', 'vmov.f32 s0, #1.5'],
  ['00ee101a', 'vmov    s0, r1'],
  ['52ec121a', 'vmov    r1, r2, s4, s5'],
  ['91ed010a', 'vldr    s0, [r1, #4]'],
  ['f0ec040a', 'vldmia  r0!, {s1-s4}'],
  ['2ded048b', 'vpush   {d8, d9}'],
  ['bdec018a', 'vpop    {s16}'],
  ['f1ee101a', 'vmrs    r1, fpscr'],
  ['f1ee10fa', 'vmrs    APSR_nzcv, fpscr'],
  ['e1ee101a', 'vmsr    fpscr, r1'],
];

function textOf(hex: string): string {
  return createMachine(flashImage(`${hex}fee7`), 'stm32f746').disassemble(programStart).text;
}

describe('assembly text', () => {
  test.each(rows)('%s is %s', (hex, text) => {
    expect(textOf(hex)).toBe(text);
  });

  test('instructions of an IT block carry its conditions', () => {
    // movs r0, #0; ite eq; moveq r1, #1; movne r1, #2
    const machine = createMachine(flashImage('00200cbf01210221fee7'), 'stm32f746');
    const texts = [0, 1, 2, 3].map(() => {
      const { text } = machine.disassemble(machine.readRegister(15));
      machine.step();
      return text;
    });
    expect(texts).toEqual(['movs    r0, #0', 'ite     eq', 'moveq   r1, #1', 'movne   r1, #2']);
  });

  test('what has no meaning says why', () => {
    expect(textOf('07de')).toMatch(/^udf +; /);
  });
});
