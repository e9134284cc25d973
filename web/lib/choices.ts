import { useCallback, useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
const memory = new Map<string, string>()
const prefix = 'fourbeams.'

/**
 * A choice of this person on this device (row height, columns, way of counting), kept in localStorage and shared by
 * all components that ask for the same name. Where the browser keeps nothing, it lasts until the page is closed.
 */
export function useChoice<T extends string>(name: string, first: T): [T, (value: T) => void] {
  const value = useSyncExternalStore(subscribe, () => read(name) ?? first) as T
  const choose = useCallback((next: T) => write(name, next), [name])
  return [value, choose]
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    removeEventListener('storage', listener)
  }
}

function read(name: string): string | undefined {
  try {
    return localStorage.getItem(prefix + name) ?? memory.get(name)
  } catch {
    return memory.get(name)
  }
}

function write(name: string, value: string): void {
  memory.set(name, value)
  try {
    localStorage.setItem(prefix + name, value)
  } catch {
    // Kept in memory above.
  }
  for (const listener of listeners) listener()
}
