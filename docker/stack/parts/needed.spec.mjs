import { describe, expect, it } from 'vitest';
import { nameLibrary } from './needed.mjs';

const PATH = '/cache/build/x/libwasmvm.x86_64.so';

describe('nameLibrary', () => {
  it('puts the name where the path was and moves nothing', () => {
    const binary = Buffer.from(`ELF\0libc.so.6\0${PATH}\0after`);
    const length = binary.length;
    expect(nameLibrary(binary, PATH)).toBe(true);
    const strings = binary
      .toString()
      .split('\0')
      .filter((text) => text !== '');
    expect(strings).toEqual(['ELF', 'libc.so.6', 'libwasmvm.x86_64.so', 'after']);
    expect(binary.length).toBe(length);
    expect(binary.indexOf('libwasmvm')).toBe(14);
  });

  it('leaves a binary alone that asks by name', () => {
    const binary = Buffer.from('ELF\0libwasmvm.x86_64.so\0after');
    expect(nameLibrary(binary, PATH)).toBe(false);
    expect(binary.toString()).toBe('ELF\0libwasmvm.x86_64.so\0after');
  });
});
