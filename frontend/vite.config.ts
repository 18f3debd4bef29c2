import { readdirSync, readFileSync } from "node:fs";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

// What others have written stands in these files, and their licences go with it: LICENSES.txt, beside them.
function licenses(): Plugin {
  return {
    name: "licenses",
    generateBundle(_options, bundle) {
      const files = Object.values(bundle).flatMap((file) => (file.type === "chunk" ? Object.keys(file.modules) : []));
      // What Vite itself puts in to load the parts that are loaded later has no file of its own.
      const folders = files.map((file) =>
        file.includes("vite/preload-helper")
          ? "node_modules/vite"
          : file.match(/node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0],
      );
      const notices = [...new Set(folders.filter((folder) => folder !== undefined))].sort().map((folder) => {
        const told = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
        const [license] = readdirSync(folder).filter((name) => /^licen[cs]e/i.test(name));
        if (license === undefined) throw new Error(`${folder} comes without its licence`);
        // Vite's goes on with those of all that it was built with, none of which is in here.
        const [own] = readFileSync(`${folder}/${license}`, "utf8").split("# Licenses of bundled dependencies");
        return `${told.name} ${told.version} (${told.license})\n\n${own?.trim()}\n`;
      });
      this.emitFile({ type: "asset", fileName: "LICENSES.txt", source: notices.join(`\n${"-".repeat(80)}\n\n`) });
    },
  };
}

// Two doors: the card is loaded on every page of Home Assistant, the panel only when it is opened. What both need is
// one shared file. Names without hashes: the address carries the version, and a committed build must not rename files.
export default defineConfig({
  plugins: [licenses()],
  build: {
    outDir: "../custom_components/earlid/www",
    emptyOutDir: true,
    target: "es2022",
    minify: true,
    sourcemap: false,
    modulePreload: false,
    rollupOptions: {
      input: { "earlid-card": "src/earlid-card.ts", "earlid-panel": "src/earlid-panel.ts" },
      output: { entryFileNames: "[name].js", chunkFileNames: "[name].js", format: "es" },
      preserveEntrySignatures: "strict",
    },
  },
  test: { environment: "happy-dom", include: ["test/**/*.test.ts"] },
});
