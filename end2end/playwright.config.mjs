// The browser tests: one server per test, on SQLite; the main path also on PostgreSQL, and all pages with scripts off.
import { existsSync } from 'node:fs'
import { defineConfig, devices } from '@playwright/test'

const chromium = [process.env.TENON_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  file => file && existsSync(file),
)
const desktop = {
  ...devices['Desktop Chrome'],
  launchOptions: {
    executablePath: chromium,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
  },
}

// The Studio's pages of identity: the same tests with scripts on and off, and some on PostgreSQL.
const identity = /(users|invite|second-factor|settings|providers|mail|audit)\.spec/

export default defineConfig({
  testDir: 'studio',
  outputDir: 'test-results',
  timeout: 60_000,
  expect: { timeout: 10_000 },
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: !!process.env.CI,
  reporter: process.env.CI ? [['line']] : [['list']],
  use: { ...desktop, trace: 'retain-on-failure', screenshot: 'only-on-failure' },
  projects: [
    { name: 'sqlite', use: { engine: 'sqlite' }, testIgnore: /without-scripts/ },
    { name: 'postgres', use: { engine: 'postgres' }, testMatch: [/(main-path|hosted)\.spec/, identity], grep: /@both/ },
    { name: 'without-scripts', use: { engine: 'sqlite', javaScriptEnabled: false }, testMatch: /without-scripts/ },
    {
      name: 'plain',
      // A page offers its wasm before anybody knows that scripts are off.
      use: { engine: 'sqlite', javaScriptEnabled: false, allowed: ['preloaded using link preload but not used'] },
      testMatch: identity,
      grep: /@plain/,
    },
  ],
})
