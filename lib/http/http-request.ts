export interface HttpRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  url: string;
  headers?: Record<string, string>;
  body?: string | FormData;
  /** Milliseconds, where the server does more about it than about others. */
  timeLimit?: number | undefined;
  /** Whether it does no harm to send it twice; by default a GET alone. */
  isRepeatable?: boolean;
  /** Whether an answer that points elsewhere is given back, for the caller to explain, and not refused here. None is followed. */
  returnsRedirect?: boolean;
}

export interface HttpResponse {
  status: number;
  headers: AnswerHeaders;
  content: Uint8Array<ArrayBuffer>;
}

export interface AnswerHeaders {
  /** @param name - in small letters @returns several of that name with commas between; null when there is none */
  get(name: string): string | null;
}

export interface HttpAttempt {
  method: string;
  url: string;
  status: number | undefined;
  milliseconds: number;
}

/** Method and path, without the query, for sentences. */
export function describeRequest(request: Pick<HttpRequest, "method" | "url">): string {
  return `${request.method} ${new URL(request.url).pathname}`;
}
