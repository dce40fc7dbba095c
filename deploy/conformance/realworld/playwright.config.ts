import { defineConfig } from '@playwright/test';
import { baseConfig } from './e2e/playwright.base';

/** The suite's own settings; a test that fails is not tried again. SITE and CHROMIUM come from the script beside this. */
export default defineConfig({
  ...baseConfig,
  retries: 0,
  reporter: 'list',
  outputDir: './results',
  use: {
    ...baseConfig.use,
    baseURL: process.env.SITE,
    ignoreHTTPSErrors: true,
    launchOptions: { executablePath: process.env.CHROMIUM, args: ['--no-sandbox', '--disable-background-networking'] },
  },
});
