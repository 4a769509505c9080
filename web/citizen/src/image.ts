/** Photographs made small enough for a slow network and the server's 8 MiB, still sharp enough to read a document. */

const LONGEST_SIDE = 2400
const LEAVE_ALONE_BYTES = 1.5 * 1024 * 1024

export async function shrinkImage(file: File): Promise<Blob> {
  if (file.size <= LEAVE_ALONE_BYTES || typeof createImageBitmap !== 'function') return file
  try {
    const bitmap = await createImageBitmap(file)
    const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(bitmap.width * scale)
    canvas.height = Math.round(bitmap.height * scale)
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    const small = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', 0.88))
    return small && small.size < file.size ? small : file
  } catch {
    return file // an image this browser cannot decode; the server decides
  }
}
