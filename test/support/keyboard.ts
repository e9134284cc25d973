import type { Locator, Page } from 'playwright-core'

/** Somebody who uses no mouse. Counts what is pressed; typing a text counts as one. */
export type Hands = {
  /** Goes on by Tab until the thing has the focus. Throws when Tab does not lead there. */
  tabTo(target: Locator): Promise<void>
  /** Goes there and presses Enter. */
  enter(target: Locator): Promise<void>
  /** Goes there and types. */
  type(target: Locator, text: string): Promise<void>
  press(key: string): Promise<void>
  pressed(): number
}

/** Most presses of Tab from anywhere on a page to anything on it. */
const MOST_TABS = 200

export function keyboardOf(page: Page): Hands {
  let count = 0
  const press = async (key: string) => {
    count++
    await page.keyboard.press(key)
  }
  const tabTo = async (target: Locator) => {
    await target.waitFor({ state: 'attached' })
    for (let tabs = 0; tabs <= MOST_TABS; tabs++) {
      if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return
      await press('Tab')
    }
    throw new Error(`Tab does not lead to ${String(target)}`)
  }
  return {
    tabTo,
    press,
    async enter(target) {
      await tabTo(target)
      await press('Enter')
    },
    async type(target, text) {
      await tabTo(target)
      count++
      await page.keyboard.insertText(text)
    },
    pressed: () => count,
  }
}
