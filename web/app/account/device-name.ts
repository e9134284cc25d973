import { useTexts } from '../texts/index.ts'
import { deviceOf } from './device.ts'

/** Names a device by what its browser says of itself. */
export function useDeviceName(): (agent: string) => string {
  const say = useTexts()
  return (agent) => {
    const { browser, system } = deviceOf(agent)
    return browser && system ? say('deviceBoth', { browser, system }) : (browser ?? system ?? say('deviceUnknown'))
  }
}
