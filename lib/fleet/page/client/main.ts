import { canRead, readReport } from "./read-report.ts";
import { startPage } from "./start-page.ts";

const note = document.getElementById("note");

if (canRead()) {
  readReport().then(startPage, () => {
    if (note !== null) note.textContent = "The report in this page is damaged: get the file again.";
  });
} else if (note !== null) {
  note.textContent =
    "This browser is too old for more than this summary. Chrome or Edge 110, Firefox 115, Safari 16.4 and newer show the whole fleet.";
}
