import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const HUB_URL = process.env['EDGELOOP_URL'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  base: '/console/',
  // Under the hub's content security policy a data: URL is no 'self'.
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: { '/api': HUB_URL } },
});
