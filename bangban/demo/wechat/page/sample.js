// A photo of a paper, drawn here: nobody's, and nothing to be read in it.

/** A JPEG, 900 × 640. */
export function samplePhoto() {
  const canvas = document.createElement("canvas");
  canvas.width = 900;
  canvas.height = 640;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#8a7f70";
  pen.fillRect(0, 0, 900, 640);
  pen.translate(450, 320);
  pen.rotate(-0.04);
  pen.fillStyle = "#fbfaf5";
  pen.fillRect(-330, -240, 660, 480);
  pen.fillStyle = "#b7312c";
  pen.fillRect(-290, -200, 580, 8);
  pen.fillStyle = "#5b5b5b";
  for (let line = 0; line < 9; line += 1) pen.fillRect(-290, -160 + line * 38, 420 + ((line * 97) % 160), 10);
  pen.strokeStyle = "#c8322d";
  pen.lineWidth = 7;
  pen.beginPath();
  pen.arc(210, 150, 62, 0, 7);
  pen.stroke();
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
}
