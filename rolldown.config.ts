/** Bundles the command line and the action into `dist/`: self-contained ESM for Node 24, the same bytes every time. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defineConfig, type Plugin, type RolldownOptions } from 'rolldown';

type PackageDescription = { readonly name: string; readonly version: string; readonly license?: string };

/** The package that a bundled module is from; `undefined` for our own. */
function packageFolder(moduleId: string): string | undefined {
  if (!moduleId.includes('/node_modules/')) return undefined;
  for (let folder = dirname(moduleId); !folder.endsWith('/node_modules'); folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    // Folders inside a package may have a package.json of their own, without a name.
    if (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).version !== undefined) return folder;
  }
  return undefined;
}

function licenceText(folder: string): string {
  const { name, version, license }: PackageDescription = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  // Some packages keep the licences of what they contain in a folder, or beside it.
  const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /(^|\/)(licen[cs]e|notice|copying)[^/]*(\/|$)/i.test(path))
    .filter(
      (path) => !/(^|\/)node_modules\/|\.[cm]?[jt]s$/.test(path) && statSync(join(folder, path)).isFile(),
    )
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return [`${name} ${version} (${license ?? 'licence in its text'})`, ...texts].join('\n\n');
}

/** `licenses.txt`: of every package that a byte of the bundle is from. */
function licences(): Plugin {
  return {
    name: 'licences',
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((output) =>
        output.type === 'chunk' ? output.moduleIds : [],
      );
      const folders = new Set(modules.map(packageFolder).filter((folder) => folder !== undefined));
      const texts = [...new Set([...folders].map(licenceText))].sort();
      const rule = `\n\n${'-'.repeat(80)}\n\n`;
      this.emitFile({ type: 'asset', fileName: 'licenses.txt', source: `${texts.join(rule)}\n` });
    },
  };
}

const options: RolldownOptions = defineConfig({
  input: { cli: 'src/cli/main.ts', action: 'src/action/main.ts' },
  platform: 'node',
  plugins: [licences()],
  treeshake: {
    // The toolkit's HTTP client serves OIDC tokens alone, and brings a second undici with it.
    moduleSideEffects: [{ test: /\/node_modules\/(@actions|undici|tunnel)\//, sideEffects: false }],
  },
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunk-[name].js',
    minify: true,
    cleanDir: true,
    // One shared chunk of a name that stays, instead of one named for whichever module comes first.
    codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] },
  },
});

export default options;
