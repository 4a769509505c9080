/** Fields to read, not to change. */
Component({
  properties: { lines: { type: Array, value: [] }, elder: { type: Boolean, value: false } },
})
