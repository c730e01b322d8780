import { setTimeout as wait } from "node:timers/promises";
import type { SlowBody } from "./fault-plan.ts";

/** The same answer, whose body comes in pieces, and perhaps not to its end. Headers still announce all of it. */
export async function slowedDown(response: Response, plan: SlowBody): Promise<Response> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.byteLength === 0) return response;
  const pieces = piecesOf(bytes, plan);
  const { status, headers } = response;
  return new Response(new ReadableStream({ pull: (controller) => pushPiece(controller, pieces) }), { status, headers });
}

async function pushPiece(
  controller: ReadableStreamDefaultController<Uint8Array>,
  pieces: AsyncGenerator<Uint8Array>,
): Promise<void> {
  const { done, value } = await pieces.next();
  if (done === true) controller.close();
  else controller.enqueue(value);
}

async function* piecesOf(bytes: Uint8Array, plan: SlowBody): AsyncGenerator<Uint8Array> {
  const { pieceBytes = 1024, pauseMilliseconds = 0, cutAfterBytes = Infinity } = plan;
  const end = Math.min(bytes.byteLength, cutAfterBytes);
  for (let start = 0; start < end; start += pieceBytes) {
    yield bytes.subarray(start, Math.min(start + pieceBytes, end));
    await wait(pauseMilliseconds);
  }
  if (end < bytes.byteLength) throw new Error("The body ends here, as the fault plan says.");
}
