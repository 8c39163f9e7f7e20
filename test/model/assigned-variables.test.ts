/** A variable that keeps what no operator computes: a damaged file, gzipped, which fuzzing found. */
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readModel } from '../../src/model/index.ts';
import { refusalOf } from '../support/refusal.ts';

const file = [
  'H4sIAAAAAAACA41Uzy8DQRSeraJYtYc9iDjswcEBKS0RXBo/EomUSI8uq+lhE7arnfYkJCIODjg4ODr5G5ydHfwB/gB/gLP1',
  'vZk33bZEbPL1vX0z8833vZltRghR3trJ78dx7CI/AB6A5bQQfUJjA5gCUBJPX3FM0RHJOMECXjrGBNfMc4+xVcTjSjOsylm/',
  'IoNa6NWiat2XtbpX8RtVb323tF4sb5aK5e3d0lzLrwf+4VG14QWhnF/yCorPVWxZMY7MEbbIQFWW65PAESZFgLS03mM/CGlF',
  'P+lC7RXxFMiwH+Mbz4nD2qm+gToVU+xjADhL5uYc3pO8R6ibOaYfad6TtE6w1hHWOqk5hil6vAetJi8DvJ/FPKn2eLdvwzWu',
  'ByKXc0vtnVb7Wx36LV7vKo8/1tem8TOj+qI7Y/ozBJiTyHVxJRrN+yDwaOkzsIFnvN/xnSKua9wB6luOp1M8RS3Dvey8L4a/',
  'dXm1Qh7kkubovXPvsebkHqVszuWi6QW0qJ6Nqf7afMZW7/xCMn+BOWdYJ8WpWOt0enR2acwnGtMdGi9+4ZP/4Vv43bPNJyjY',
  'j62Xjra9zPeeObkX7W+F7t0ya1lT6zWD6c9fuuh+BmHUlLlujybSnd8DCvyf4XIv3uD3TlOd05kVdV78QG7O7hP5Lc+x2aHx',
  'eMP1b/eq/qewBAAA',
].join('');

test('a variable must be assigned a value that is there', () => {
  const bytes = new Uint8Array(gunzipSync(Buffer.from(file, 'base64')));
  const failure = refusalOf(() => readModel(bytes));
  expect(failure.code).toBe('MODEL_MALFORMED');
  expect(failure.message).toMatch(/no operator computes .* which a variable is assigned/);
});
