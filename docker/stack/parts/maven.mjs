import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pins } from '../pins.mjs';

/**
 * The mirror of Maven Central that a settings.xml declares, or null.
 * @param {string} xml
 */
export function mirrorOf(xml) {
  const visible = xml.replace(/<!--[\s\S]*?-->/g, '');
  for (const [, mirror] of visible.matchAll(/<mirror>([\s\S]*?)<\/mirror>/g)) {
    const field = (name) => new RegExp(`<${name}>\\s*([^<]*?)\\s*</${name}>`).exec(mirror)?.[1];
    const covers = (field('mirrorOf') ?? '').split(',').map((entry) => entry.trim());
    if (covers.includes('!central') || field('blocked') === 'true') continue;
    if (covers.some((entry) => entry === '*' || entry === 'central' || entry === 'external:*'))
      return field('url') ?? null;
  }
  return null;
}

/** Where jars come from: `$ATOMA_MAVEN_URL`, the mirror of the user's Maven settings, else Maven Central. */
export function mavenBase(env = process.env, settings = join(homedir(), '.m2', 'settings.xml')) {
  const mirror =
    env.ATOMA_MAVEN_URL ?? (existsSync(settings) ? mirrorOf(readFileSync(settings, 'utf8')) : null);
  return (mirror ?? pins.maven.central).replace(/\/+$/, '');
}
