// Looking at a page as axe does, in light and dark, at desktop and phone width.
import AxeBuilder from '@axe-core/playwright'

async function look(page, scheme) {
  // Into frames without scripts, such as a mail's preview, axe would wait for an answer that never comes.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  const found = violations.map(({ id, help, nodes }) => `${scheme}: ${id}: ${help}: ${nodes.map(node => node.target.join(' ')).slice(0, 3).join(' | ')}`)
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  if (overflow > 0) found.push(`${scheme}: the page is ${overflow} px wider than the screen`)
  return found
}

/** What axe finds on a page, and whether it is wider than the screen. */
export async function everywhere(page, name = '') {
  const found = []
  for (const [scheme, colorScheme, viewport] of [
    ['light', 'light', { width: 1280, height: 800 }],
    ['dark', 'dark', { width: 1280, height: 800 }],
    ['phone', 'light', { width: 375, height: 720 }],
  ]) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize(viewport)
    // A colour on its way to another one has the contrast of neither.
    await page.evaluate(() => {
      // What turns for ever has no end to go to; what has one is taken there, for a page that draws nothing never arrives.
      const ends = one => Number.isFinite(one.effect?.getComputedTiming().endTime)
      document.getAnimations().filter(ends).forEach(one => one.finish())
    })
    found.push(...(await look(page, scheme)))
    if (process.env.TENON_PICTURES) {
      const file = `${(name || new URL(page.url()).pathname).replace(/\W+/g, '-')}-${scheme}.png`
      await page.screenshot({ path: `${process.env.TENON_PICTURES}/${file}`, fullPage: true })
    }
  }
  return found
}
