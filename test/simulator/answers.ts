import type { MiddlewareHandler } from 'hono';
import type { Scope } from '../../src/forge/scopes';
import { ApiError } from './apiError';
import { type Inclusion, type Resource, timestamp } from './documents';
import type { Caller } from './tokens';

/** What the routes are told of a request besides the request itself. */
export interface ApiBindings {
  readonly caller: Caller;
}

export type Environment = { Bindings: ApiBindings };

export const createdAt = {
  name: 'created_at',
  read: (row: { readonly createdAt: number }) => timestamp(row.createdAt) ?? '',
};

export const updatedAt = {
  name: 'updated_at',
  read: (row: { readonly updatedAt: number }) => timestamp(row.updatedAt) ?? '',
};

const commonHeaders = { 'cache-control': 'no-cache, private', 'access-control-allow-origin': '*' };

export function success(document: object, status = 200): Response {
  return new Response(JSON.stringify(document), {
    status,
    headers: { 'content-type': 'application/vnd.api+json', ...commonHeaders },
  });
}

export function single({ resource, included }: Inclusion, status = 200): Response {
  return success({ data: resource, ...(included.length > 0 && { included }) }, status);
}

/** An answer without a body, which the API labels as HTML. */
export function empty(status: number): Response {
  return new Response(null, { status, headers: { 'content-type': 'text/html; charset=UTF-8', ...commonHeaders } });
}

export function plain(resource: Resource): Inclusion {
  return { resource, included: [] };
}

export function hasScopes(caller: Caller, scopes: readonly Scope[]): boolean {
  return scopes.every((scope) => caller.scopes.has(scope));
}

/** Lets through only callers whose token has all of these scopes. */
export function needs(...scopes: readonly Scope[]): MiddlewareHandler<Environment> {
  return async (c, next) => {
    if (!hasScopes(c.env.caller, scopes)) {
      throw new ApiError(403, 'Invalid scope(s) provided.');
    }
    await next();
  };
}
