import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const CACHE = join(ROOT, '.cache', 'chromium');
const MODULES = join(ROOT, 'node_modules');
const UNPACKER = fileURLToPath(new URL('unpack-chromium.ts', import.meta.url));
/** In the package's own words: unpack the system libraries, too. */
const ANY_LINUX = { AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' };

/**
 * Starts the Chromium that `npm ci` installed: nothing is downloaded and nothing
 * of the system's is needed, neither libraries nor fonts, so that pages look the
 * same everywhere. It is built for Linux on x64; elsewhere `CHROMIUM_PATH` names
 * one of your own. It reaches nothing but this machine.
 */
export async function launchChromium(): Promise<Browser> {
  const { executablePath, env } = ownChromium() ?? (await unpackedChromium());
  return chromium.launch({
    executablePath,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    args: [
      // Root, as in most containers, may not use it. Only our own pages are opened.
      '--no-sandbox',
      '--font-render-hinting=none',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
}

interface Program {
  readonly executablePath: string;
  readonly env: Readonly<Record<string, string>>;
}

function ownChromium(): Program | undefined {
  const executablePath = process.env['CHROMIUM_PATH'];
  return executablePath === undefined
    ? undefined
    : { executablePath, env: { HOME: process.env['HOME'] ?? '' } };
}

async function unpackedChromium(): Promise<Program> {
  const folder = await unpackedFolder();
  const fonts = join(folder, 'fonts.conf');
  const wanted = fontsIn(folder);
  if (!existsSync(fonts) || readFileSync(fonts, 'utf8') !== wanted) writeFileSync(fonts, wanted);
  return {
    executablePath: join(folder, 'chromium'),
    env: { HOME: folder, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'), FONTCONFIG_FILE: fonts },
  };
}

/** Unpacked once per version, as a whole or not at all. */
async function unpackedFolder(): Promise<string> {
  const packageFile = join(MODULES, '@sparticuz', 'chromium', 'package.json');
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  const folder = join(CACHE, version);
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  const staging = mkdtempSync(join(CACHE, 'unpacking-'));
  try {
    await promisify(execFile)(process.execPath, [UNPACKER], {
      env: { ...process.env, ...ANY_LINUX, TMPDIR: staging },
    });
    renameSync(staging, folder);
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    // Another run was faster.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** A font for Latin letters, which comes with the browser, and one for Japanese. */
function fontsIn(folder: string): string {
  const japanese = dirname(require.resolve('@expo-google-fonts/biz-udpgothic'));
  const families = ['sans-serif', 'monospace', 'system-ui', 'ui-monospace'].map(
    (family) =>
      `<alias binding="strong"><family>${family}</family><prefer><family>Open Sans</family><family>BIZ UDPGothic</family></prefer></alias>`,
  );
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir>${join(folder, 'fonts')}</dir>
<dir>${japanese}</dir>
<cachedir>${join(folder, 'fonts-cache')}</cachedir>
${families.join('\n')}
</fontconfig>
`;
}
