/** Registers an element once: two versions may be loaded in one page while Home Assistant updates, and the second would throw. */
export function define(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element);
}
