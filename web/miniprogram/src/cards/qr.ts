/** The appointment code as a picture, made on the phone, so that it shows in a hall without a network. */

import qrcode from 'qrcode-generator'

const CELL_PX = 6
const QUIET_CELLS = 4

export function qrPicture(code: string): string {
  const qr = qrcode(0, 'M')
  qr.addData(code)
  qr.make()
  return qr.createDataURL(CELL_PX, QUIET_CELLS * CELL_PX)
}
