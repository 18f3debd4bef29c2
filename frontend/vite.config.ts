import { defineConfig } from "vitest/config";

// Two doors: the card is loaded on every page of Home Assistant, the panel only when it is opened. What both need is
// one shared file. Names without hashes: the address carries the version, and a committed build must not rename files.
export default defineConfig({
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
