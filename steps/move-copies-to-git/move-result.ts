/** What became of one copy. */
export interface MoveResult {
  copy: string;
  outcome: "moved" | "up-to-date" | "refused" | "gone" | "failed";
  /** One sentence, or two. */
  text: string;
  isChanged: boolean;
  /** Address of its repository for Git. */
  cloneUrl?: string;
}
