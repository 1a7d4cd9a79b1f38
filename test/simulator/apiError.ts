/** An answer of the API other than success: `{"message": …}` with that status, and what is wrong with each field, if told. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
    readonly errors?: Readonly<Record<string, readonly string[]>>,
  ) {
    super(message);
  }

  /** The answer as sent: application/json, as errors of the API are. */
  response(): Response {
    return new Response(JSON.stringify({ message: this.message, ...(this.errors && { errors: this.errors }) }), {
      status: this.status,
      headers: {
        'content-type': 'application/json',
        'cache-control': 'no-cache, private',
        'access-control-allow-origin': '*',
        ...this.headers,
      },
    });
  }
}

/** The 404 of Laravel for a model that does not exist, or not below the given parent. */
export function notFound(model: string): ApiError {
  return new ApiError(404, `No query results for model [App\\Models\\${model}].`);
}
